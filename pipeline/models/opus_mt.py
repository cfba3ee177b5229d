"""The pairs of languages that OPUS-MT has a small model for, by its name on the hub.

Source: the models of Helsinki-NLP for pairs of single languages that were on the hub in 2021, as
EasyNMT 2.0 lists them; models of groups of languages and of sign languages are left out. Most have
the licence Apache-2.0, some CC-BY-4.0; their cards say which.
"""

from __future__ import annotations

from functools import cache

from crosslabel.pipeline.models.languages import find

LICENCE = "Apache-2.0 or CC-BY-4.0"


def opus_mt(source: str, target: str) -> str | None:
    """Return the name of the model that translates between two languages, if one is known.

    Args:
        source, target: BCP-47 tags.
    """
    pairs = _pairs()
    known = find(source, pairs)
    wanted = find(target, pairs[known]) if known else None
    return f"Helsinki-NLP/opus-mt-{known}-{wanted}" if wanted else None


@cache
def _pairs() -> dict[str, list[str]]:
    """Return the target languages of each source language."""
    entries = (entry.split() for entry in _PAIRS.split(";"))
    return {source: targets for source, *targets in entries}


_PAIRS = """
af de en eo es fi fr nl ru sv; am sv; ar de el en eo es fr he it pl ru tr; az en es tr; bcl de en es
fi fr sv; be es; bem en es fi fr sv; ber en es fr; bg de en eo es fi fr it ru sv tr uk; bi en es fr
sv; bn en; ca de en es fr it nl pt uk; ceb en es fi fr sv; chk en es fr sv; crs de en es fi fr sv;
cs de en eo fi fr sv uk; cy en; da de en eo es fi fr no ru; de af ar bcl bg bi ca crs cs da ee efi
el en eo es et eu fi fj fr gaa gil guw ha he hil ho hr ht hu ig ilo is iso it kg ln loz lt lua ms mt
niu nl no nso ny pag pap pis pl pon tl uk vi; ee de en es fi fr sv; efi de en fi fr sv; el ar eo fi
fr sv; en af ar az bcl bem ber bg bi ca ceb chk crs cs cy da de ee efi el eo es et eu fi fj fr ga
gaa gil gl guw gv ha he hi hil ho ht hu hy id ig ilo is iso it kg kj kqn kwn kwy lg ln loz lu lua
lue lun luo lus mfe mg mh mk ml mos mr mt ng niu nl nso ny nyk om pag pap pis pon rn rnd ro ru run
rw sg sk sm sn sq ss st sv sw swc tdt ti tiv tl tll tn to toi tpi ts tvl tw ty uk umb ur vi xh zh;
eo af bg cs da de el en es fi fr he hu it nl pl pt ro ru sh sv; es af ar bcl ber bg bi ca ceb crs cs
da de ee efi el en eo et eu fi fj fr gaa gil gl guw ha he hil ho hr ht id ig ilo is iso it kg ln loz
lt lua lus mk mt niu nl no nso ny pag pap pis pl pon rn ro ru rw sg sl sm sn srn st swc tl tll tn to
tpi tvl tw ty tzo uk ve vi war wls xh yo yua zai; et de en es fi fr ru sv; eu de en es ru; fi af bcl
bem bg ceb crs cs de ee efi el en eo es et fj fr gaa gil guw ha he hil ho hr ht hu id ig ilo is iso
it kg kqn lg ln lu lua lue lus lv mfe mg mh mk mos mt niu nl no nso ny pag pap pis pon ro ru run rw
sg sk sl sm sn sq srn st sv sw swc tiv tll tn to toi tpi tr ts tvl tw ty uk ve war wls xh yap yo
zne; fj en fr; fr af ar bcl bem ber bg bi ca ceb crs de ee efi el en eo es fj gaa gil guw ha he hil
ho hr ht hu id ig ilo iso kg kqn kwy lg ln loz lu lua lue lus mfe mh mos ms mt niu no nso ny pag pap
pis pl pon rnd ro ru run rw sg sk sl sm sn srn st sv swc tiv tl tll tn to tpi ts tum tvl tw ty uk ve
vi war wls xh yap yo zne; ga en; gaa de en es fi fr sv; gil en es fi fr sv; gl en es pt; guw de en
es fi fr sv; gv en; ha en es fi fr sv; he ar de eo es fi fr it ru sv uk; hi en ur; hil de en fi; ho
en; hr es fi fr sv; ht en es fi fr sv; hu de en eo fi fr sv uk; hy en ru; id en es fi fr sv; ig de
en es fi fr sv; ilo de en es fi sv; is de en eo es fi fr it sv; iso en es fi fr sv; it ar bg ca de
en eo es fr is lt ms sv uk vi; ja ar bg da de en es fi fr he hu it ms nl pl pt ru sh sv tr vi; ka en
ru; kab en; kg en es fr sv; kj en; kl en; ko de en es fi fr hu ru sv; kqn en es fr sv; kwn en; kwy
en fr sv; lg en es fi fr sv; ln de en es fr; loz de en es fi fr sv; lt de eo es fr it pl ru sv tr;
lu en es fi fr sv; lua en es fi fr sv; lue en es fi fr sv; lun en; luo en; lus en es fi fr sv; lv en
es fi fr ru sv; mfe en es; mg en es; mh en es fi; mk en es fi fr; ml en; mos en; mr en; ms de fr it;
mt en es fi fr sv; ng en; niu de en es fi fr sv; nl af ca en eo es fi fr no sv uk; no da de es fi fr
nl pl ru sv uk; nso de en es fi fr sv; ny de en es; nyk en; om en; pa en; pag de en es fi sv; pap de
en es fi fr; pis en es fi fr sv; pl ar de en eo es fr lt no sv uk; pon en es fi fr sv; pt ca eo gl
tl uk; rn de en es fr ru; rnd en fr sv; ro eo fi fr sv; ru af ar bg da en eo es et eu fi fr he hy lt
lv no sl sv uk vi; run en es sv; rw en es fr sv; sg en es fi fr sv; sh eo uk; sk en es fi fr sv; sl
es fi fr ru sv uk; sm en es fr; sn en es fr sv; sq en es sv; srn en es fr sv; ss en; st en es fi fr
sv; sv af bcl bem bg bi ceb chk crs cs ee efi el en eo es et fi fj fr gaa gil guw ha he hil ho hr ht
hu id ig ilo is iso kg kqn kwy lg ln lu lua lue lus lv mfe mh mos mt niu nl no nso ny pag pap pis
pon rnd ro ru run rw sg sk sl sm sn sq srn st swc th tiv tll tn to toi tpi ts tum tvl tw ty uk umb
ve war wls xh yap yo zne; swc en es fi fr sv; taw en; th en fr; ti en; tiv en fr sv; tl de en es pt;
tll en es fi fr sv; tn en es fr sv; to en es fr sv; toi en es fi fr sv; tpi en sv; tr ar az en eo es
fr lt sv uk; ts en es fi fr sv; tum en es fr sv; tvl en es fi fr sv; tw es fi fr sv; ty es fi fr sv;
tzo es; uk bg ca cs de en es fi fr he hu it nl no pl pt ru sh sl sv tr; umb en; ur en; ve en es; vi
de en eo es fr it ru; wa en; wal en; war en es fi fr sv; wls en fr sv; xh en es fr sv; yap en fr sv;
yo en es fi fr sv; zai es; zh bg de en fi he it ms nl sv uk vi; zne es fi fr sv
"""
"""Each source language with its target languages."""
