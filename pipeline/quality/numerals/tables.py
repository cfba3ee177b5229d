"""Words for numbers and for powers of ten, by language.

An entry is a value and its stems, whose accents do not count. A stem of up to three
letters is a whole word or part of a compound of stems; a longer one may have any ending. A number
is worth what its parts are worth together, so that compounds need no entry of their own.
"""

from __future__ import annotations

from collections.abc import Mapping

JOINS: Mapping[str, str] = {
    "en": "and", "de": "und", "nl": "en", "es": "y", "pt": "e", "fr": "et", "it": "e", "ar": "و",
}
"""What stands between the parts of a number, beside spaces and hyphens."""

PREFIXES: Mapping[str, str] = {"ar": "(?:[وف])?(?:ال|لل|بال|وال|كال|[بلك])?"}
"""What may stand before a number within its word, as a pattern."""

WORDS: Mapping[str, str] = {
    "en": """
        0 zero nil; 0.5 half halv; 1 one first once single; 2 two second twice both couple double
        pair twin duo; 3 three third triple trio; 4 four; 5 five fifth; 6 six sixth; 7 seven
        seventh; 8 eight; 9 nine ninth; 10 ten tens tenth decade; 11 eleven; 12 twel dozen noon
        midnight; 13 thirteen; 14 fourteen fortnight; 15 fifteen; 16 sixteen; 17 seventeen; 18
        eighteen; 19 nineteen; 20 twent; 30 thirt; 40 forty forti; 50 fift; 60 sixt; 70 sevent; 80
        eighty eighti; 90 ninet; 100 hundred centur centen; 1000 thousand k; 1e6 million mln mil m;
        1e9 billion bln bil bn b; 1e12 trillion tn
        """,
    "de": """
        0 null; 0.5 halb einhalb; 1 ein eins eine einen einem einer eines erst einmal; 2 zwei zwo
        zweit beid doppel paar; 3 drei dritt; 4 vier; 5 fünf; 6 sechs; 7 sieben sieb; 8 acht; 9
        neun; 10 zehn jahrzehnt; 11 elf elft; 12 zwölf dutzend mittag mitternacht; 13 dreizehn; 14
        vierzehn; 15 fünfzehn; 16 sechzehn; 17 siebzehn; 18 achtzehn; 19 neunzehn; 20 zwanzig; 30
        dreißig dreissig; 40 vierzig; 50 fünfzig; 60 sechzig; 70 siebzig; 80 achtzig; 90 neunzig;
        100 hundert jahrhundert; 1.5 anderthalb; 1000 tausend tsd; 1e6 million mio; 1e9 milliard
        mrd; 1e12 billion
        """,
    "nl": """
        0 nul; 0.5 half halv; 1 een eerst; 2 twee beid; 3 drie derd; 4 vier; 5 vijf; 6 zes zesd; 7
        zeven; 8 acht; 9 negen; 10 tien decennium decennia; 11 elf elfd; 12 twaalf dozijn middag
        middernacht; 13 dertien; 14 veertien; 15 vijftien; 16 zestien; 17 zeventien; 18 achttien; 19
        negentien; 20 twintig; 30 dertig; 40 veertig; 50 vijftig; 60 zestig; 70 zeventig; 80
        tachtig; 90 negentig; 100 honderd eeuw; 1000 duizend; 1e6 miljoen mln; 1e9 miljard mld mrd;
        1e12 biljoen
        """,
    "es": """
        0 cero; 0.5 media medio; 1 un uno una primer; 2 dos segund dobl ambos ambas par; 3 tres
        tercer tripl; 4 cuatro cuart; 5 cinco quint; 6 seis sext; 7 siete septim; 8 ocho octav; 9
        nueve noven; 10 diez decim decad decena; 11 once undecim; 12 doce docen mediodia medianoche
        duodecim; 13 trece; 14 catorce; 15 quince; 16 dieciseis; 17 diecisiete; 18 dieciocho; 19
        diecinueve; 20 veint veinti vigesim; 30 treint trigesim; 40 cuarent; 50 cincuent; 60 sesent;
        70 setent; 80 ochent; 90 novent; 100 cien centen siglo; 200 doscient; 300 trescient; 400
        cuatrocient; 500 quinient; 600 seiscient; 700 setecient; 800 ochocient; 900 novecient; 1000
        mil miles millar; 1e6 millon; 1e12 billon
        """,
    "pt": """
        0 zero; 0.5 meio; 1 um uma primeir; 2 dois duas segund ambos ambas dupl; 3 tres terceir
        tripl; 4 quatro quart; 5 cinco quint; 6 seis sext meia; 7 sete setim; 8 oito oitav; 9 nove
        non; 10 dez decim decad dezena; 11 onze; 12 doze duzia meio-dia meia-noite; 13 treze; 14
        quatorze catorze; 15 quinze; 16 dezesseis dezasseis; 17 dezessete dezassete; 18 dezoito; 19
        dezenove dezanove; 20 vint vigesim; 30 trint; 40 quarent; 50 cinquent; 60 sessent; 70
        setent; 80 oitent; 90 novent; 100 cem cent centen secul; 200 duzent; 300 trezent; 400
        quatrocent; 500 quinhent; 600 seiscent; 700 setecent; 800 oitocent; 900 novecent; 1000 mil
        milhar; 1e6 milhao milhoe; 1e9 bilhao bilhoe; 1e12 trilhao trilhoe biliao bilioe
        """,
    "fr": """
        0 zero; 0.5 demi; 1 un une premier premiere; 2 deux second double; 3 trois triple; 4 quatr;
        5 cinq; 6 six sixieme; 7 sept septieme; 8 huit; 9 neuf neuviem; 10 dix dixieme dizain
        decenn; 11 onze onziem; 12 douz midi minuit; 13 treiz; 14 quatorz; 15 quinz; 16 seiz; 20
        vingt; 30 trent; 40 quarant; 50 cinquant; 60 soixant; 70 septant; 80 quatre-vingts
        quatre-vingt octant huitant; 90 nonant; 100 cent cents centain siecle; 1000 mille millier;
        1e6 million; 1e9 milliard md mds; 1e12 billion
        """,
    "it": """
        0 zero; 0.5 mezz; 1 un uno una prim; 2 due second doppi entramb; 3 tre terz; 4 quattro
        quattr quart; 5 cinque quint; 6 sei sest; 7 sett; 8 otto ottav; 9 nove non; 10 dieci decim
        decin decenn; 11 undic; 12 dodic dozzin mezzogiorno mezzanotte; 13 tredic; 14 quattordic; 15
        quindic; 16 sedic; 17 diciassette; 18 diciotto; 19 diciannove; 20 vent venti; 30 trent
        trenta; 40 quarant quaranta; 50 cinquant cinquanta; 60 sessant sessanta; 70 settant
        settanta; 80 ottant ottanta; 90 novant novanta; 100 cent secol; 1000 mille mila migliai; 1e6
        milion mln; 1e9 miliard mld; 1e12 bilion
        """,
    "ru": """
        0 ноль нул; 0.5 половин; 1.5 полтора полутора; 1 один одн перв; 2 два две дву двух двум втор
        дважды оба обе двое двои пара; 3 три трех трем трет тройк трое; 4 четыр четвер; 5 пят пять
        пяти пяты пято пята; 6 шест; 7 семь сем седьм; 8 восем восьм; 9 девят; 10 десят; 11
        одиннадцат; 12 двенадцат дюжин полдень полноч; 13 тринадцат; 14 четырнадцат; 15 пятнадцат;
        16 шестнадцат; 17 семнадцат; 18 восемнадцат; 19 девятнадцат; 20 двадцат двадцати; 30 тридцат
        тридцати; 40 сорок; 50 пятьдесят пятидесят; 60 шестьдесят шестидесят; 70 семьдесят
        семидесят; 80 восемьдесят восьмидесят; 90 девяност; 100 сто ста сот сотн; 200 двести
        двухсот; 300 триста трехсот; 400 четырест четырехсот; 500 пятьсот пятисот; 600 шестьсот
        шестисот; 700 семьсот семисот; 800 восемьсот восьмисот; 900 девятьсот девятисот; 1000 тысяч
        тыс; 1e6 миллион млн; 1e9 миллиард млрд; 1e12 триллион трлн
        """,
    "tr": """
        0 sıfır; 0.5 buçuk yarım; 1 bir ilk birinc; 2 iki ikinc çift; 3 üç üçün; 4 dört dörd; 5 beş
        beşin; 6 altı; 7 yedi; 8 sekiz; 9 dokuz; 10 on onun onunc; 20 yirmi; 30 otuz; 40 kırk kirk;
        50 elli; 60 altmış; 70 yetmiş; 80 seksen; 90 doksan; 100 yüz yüzün yüzyıl; 1000 bin binle;
        1e6 milyon mn; 1e9 milyar; 1e12 trilyon
        """,
    "ar": """
        0 صفر; 0.5 نصف; 1 واحد احد احدى اول الاول; 2 اثن ثان ثاني ثانية كلا كلتا; 3 ثلاث ثالث; 4
        اربع رابع; 5 خمس خمسة خامس; 6 ست ستة سادس; 7 سبع سبعة سابع; 8 ثمان ثامن; 9 تسع تسعة تاسع; 10
        عشر عشرة عاشر عقد عقود; 20 عشرون عشرين عقدين; 30 ثلاثون ثلاثين; 40 اربعون اربعين; 50 خمسون
        خمسين; 60 ستون ستين; 70 سبعون سبعين; 80 ثمانون ثمانين; 90 تسعون تسعين; 100 مائة مئة مئات
        قرن; 200 مائتا مائتي مئتا مئتي; 1000 الف الاف الفا; 2000 الفان الفين الفي; 1e6 مليون ملايين;
        2e6 مليونا مليوني; 1e9 مليار بليون; 1e12 تريليون
        """,
}
"""Values and stems by language, apart from Chinese and Japanese."""
