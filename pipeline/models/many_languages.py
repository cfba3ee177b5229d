"""The languages of well-known models that translate between many, in the codes of their tokens.

Sources: for NLLB-200 (the codes of FLORES-200) and M2M-100 the tokenizers of transformers, for
MADLAD-400 the tokens ``<2xx>`` in the vocabulary of google/madlad400-3b-mt, without those that
are no language. The licences are those of the published weights.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from crosslabel.pipeline.models.languages import find, tag_of


@dataclass(frozen=True)
class Multilingual:
    """A model that translates from each of its languages into each other.

    Attributes:
        name: hub name of the smallest published model of its kind.
        languages: their BCP-47 tags.
    """

    name: str
    licence: str
    languages: Collection[str]

    def translates(self, source: str, target: str) -> bool:
        """Return whether it knows two languages."""
        return all(find(tag, self.languages) for tag in (source, target))


def _tags(codes: str) -> tuple[str, ...]:
    tags = map(tag_of, codes.split())
    return tuple(dict.fromkeys(tag for tag in tags if tag))


NLLB_200 = """
ace_Arab ace_Latn acm_Arab acq_Arab aeb_Arab afr_Latn ajp_Arab aka_Latn als_Latn amh_Ethi apc_Arab
arb_Arab ars_Arab ary_Arab arz_Arab asm_Beng ast_Latn awa_Deva ayr_Latn azb_Arab azj_Latn bak_Cyrl
bam_Latn ban_Latn bel_Cyrl bem_Latn ben_Beng bho_Deva bjn_Arab bjn_Latn bod_Tibt bos_Latn bug_Latn
bul_Cyrl cat_Latn ceb_Latn ces_Latn cjk_Latn ckb_Arab crh_Latn cym_Latn dan_Latn deu_Latn dik_Latn
dyu_Latn dzo_Tibt ell_Grek eng_Latn epo_Latn est_Latn eus_Latn ewe_Latn fao_Latn fij_Latn fin_Latn
fon_Latn fra_Latn fur_Latn fuv_Latn gaz_Latn gla_Latn gle_Latn glg_Latn grn_Latn guj_Gujr hat_Latn
hau_Latn heb_Hebr hin_Deva hne_Deva hrv_Latn hun_Latn hye_Armn ibo_Latn ilo_Latn ind_Latn isl_Latn
ita_Latn jav_Latn jpn_Jpan kab_Latn kac_Latn kam_Latn kan_Knda kas_Arab kas_Deva kat_Geor kaz_Cyrl
kbp_Latn kea_Latn khk_Cyrl khm_Khmr kik_Latn kin_Latn kir_Cyrl kmb_Latn kmr_Latn knc_Arab knc_Latn
kon_Latn kor_Hang lao_Laoo lij_Latn lim_Latn lin_Latn lit_Latn lmo_Latn ltg_Latn ltz_Latn lua_Latn
lug_Latn luo_Latn lus_Latn lvs_Latn mag_Deva mai_Deva mal_Mlym mar_Deva min_Latn mkd_Cyrl mlt_Latn
mni_Beng mos_Latn mri_Latn mya_Mymr nld_Latn nno_Latn nob_Latn npi_Deva nso_Latn nus_Latn nya_Latn
oci_Latn ory_Orya pag_Latn pan_Guru pap_Latn pbt_Arab pes_Arab plt_Latn pol_Latn por_Latn prs_Arab
quy_Latn ron_Latn run_Latn rus_Cyrl sag_Latn san_Deva sat_Beng scn_Latn shn_Mymr sin_Sinh slk_Latn
slv_Latn smo_Latn sna_Latn snd_Arab som_Latn sot_Latn spa_Latn srd_Latn srp_Cyrl ssw_Latn sun_Latn
swe_Latn swh_Latn szl_Latn tam_Taml taq_Latn taq_Tfng tat_Cyrl tel_Telu tgk_Cyrl tgl_Latn tha_Thai
tir_Ethi tpi_Latn tsn_Latn tso_Latn tuk_Latn tum_Latn tur_Latn twi_Latn tzm_Tfng uig_Arab ukr_Cyrl
umb_Latn urd_Arab uzn_Latn vec_Latn vie_Latn war_Latn wol_Latn xho_Latn ydd_Hebr yor_Latn yue_Hant
zho_Hans zho_Hant zsm_Latn zul_Latn
"""

MADLAD_400 = """
abt ace ace_Arab acf ada adh ady af agr ahk ak akb alt alz am amu an ang ann ape ar arn ary arz as
av awa ay az az_RU ba ban bar bas bbc bci be ber ber_Latn bew bg bg_Latn bgp bho bi bik bim bjn
bjn_Arab bm bn bn_Latn bo bqc br bru brx bs bts btx bua bug bum bus bzj ca cab cac cak cbk cce ce
ceb cfm ch chk chm chr ckb cnh co cr_Latn crh crh_Latn crs cs ctd_Latn ctu cuk cv cy da de din dje
djk dln doi dov dtp dv dwr dyu dz ee el el_Latn emp en enq eo es et eu fa ff ffm fi fil fip fj fo
fon fr fr_CA frp fur fuv fy ga gag gbm gd gl gn gof gom gom_Latn gor grc gsw gu gu_Latn gub guc guh
gui gv gvl gym ha haw he hi hi_Latn hif hil hmn hne ho hr ht hu hui hus hvn hy iba ibb id ify ig ilo
inb io is iso it iu ium izz ja jac jam jiv jv jvn ka kaa kaa_Latn kac kbd kbp kek kg kha kj kjg kjh
kk kl km kmb kmz_Latn kn kn_Latn knj ko koi kos kr kr_Arab krc kri ks ks_Deva ksd ksw ktu ku kum kv
kw kwi ky la laj lb lg lhu li lij lmo ln lo lrc lt ltg lu lus lv mad mag mai mak mam mas mass maz
mbt mdf meo meu mfe mg mgh mh mi min miq mk mkn ml ml_Latn mn mni mps mqy mr mrj mrw ms ms_Arab
ms_Arab_BN msb msi msm mt mwl my myv nan_Latn_TW ndc_ZW nds nds_NL ne new ngu nhe nia nij niq nl nn
nnb no noa nog nr nso nus nut nv ny nyu nzi oc oj om or os otq pa pag pap pau pck pis pl pon ppk prs
ps pt qu qub quc quf quh qup quy qvc qvi qvz qxr raj rcf rki rm rmc rn ro rom ru ru_Latn rw rwo sa
sah sat_Latn sc scn sd sda se seh sg sh shn shp si sja sk skr sl sm smt sn so spp sq sr srm srn ss
st stq su sus suz sv sw sxn syr szl ta ta_Latn tab taj taq taq_Tfng tbz tca tcy tdx te te_Latn teo
tet tg th ti tiv tk tks tlh tll tly_IR tn to toj tr trp ts tsc tsg tt tuc tvl twu tyv tyz tzh tzj
tzm tzo ubu udm ug uk ur uz ve vec vi wa wal war wo wuu xal xh yap yi yo yua zap zh zh_Hant zh_Latn
zne zu zza
"""

M2M_100 = """
af am ar ast az ba be bg bn br bs ca ceb cs cy da de el en es et fa ff fi fr fy ga gd gl gu ha he hi
hr ht hu hy id ig ilo is it ja jv ka kk km kn ko lb lg ln lo lt lv mg mk ml mn mr ms my ne nl no ns
oc or pa pl ps pt ro ru sd si sk sl so sq sr ss su sv sw ta th tl tn tr uk ur uz vi wo xh yi yo zh
zu
"""


@cache
def many_languages() -> tuple[Multilingual, ...]:
    """Return the models, those first that anyone may use."""
    return (
        Multilingual("google/madlad400-3b-mt", "Apache-2.0", _tags(MADLAD_400)),
        Multilingual("facebook/m2m100_418M", "MIT", _tags(M2M_100)),
        Multilingual("facebook/nllb-200-distilled-600M", "CC-BY-NC-4.0: no commercial use",
                     _tags(NLLB_200)),
    )
