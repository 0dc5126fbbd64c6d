"""The phrases that come with Sightline, in the languages of the caller's page: what a handler may put on the caller's
screen, ready questions, requests and one-tap answers. Short, no names, no promises of time.

Each translation is a draft to be checked by a certified translator (docs/DESIGN-PHONE); a force words any of them anew
in its own bank (`models.Phrase`). The columns are the codes of `COLUMNS`.
"""

from __future__ import annotations

from dataclasses import dataclass

from streaming.languages import ENGLISH, find

COLUMNS = ("en", "cy", "pl", "ro", "pa", "ur", "bn", "gu", "ar", "pt")


@dataclass(frozen=True)
class Shipped:
    code: str
    kind: str  # models.Phrase.Kind
    answers: str  # a key of ANSWERS
    words: dict[str, str]

    @property
    def english(self) -> str:
        return self.words["en"]


def _in_columns(*words: str) -> dict[str, str]:
    return dict(zip(COLUMNS, words, strict=True))


def _phrase(code: str, answers: str, *words: str, kind: str = "point") -> Shipped:
    return Shipped(code, kind, answers, _in_columns(*words))


# fmt: off
PHRASES: tuple[Shipped, ...] = (
    _phrase("stay_inside", "ok", "Stay inside", "Arhoswch y tu mewn", "Zostań w środku", "Rămâneți înăuntru",
            "ਅੰਦਰ ਹੀ ਰਹੋ", "اندر ہی رہیں", "ভেতরে থাকুন", "અંદર જ રહો", "ابقَ في الداخل", "Fique dentro"),
    _phrase("move_away", "ok", "Move away", "Symudwch i ffwrdd", "Odsuń się", "Îndepărtați-vă",
            "ਦੂਰ ਹੋ ਜਾਓ", "دور ہو جائیں", "দূরে সরে যান", "દૂર ખસી જાઓ", "ابتعد", "Afaste-se"),
    _phrase("show_this", "ok", "Show me this", "Dangoswch hwn i mi", "Pokaż mi to", "Arătați-mi asta",
            "ਮੈਨੂੰ ਇਹ ਵਿਖਾਓ", "مجھے یہ دکھائیں", "আমাকে এটা দেখান", "મને આ બતાવો", "أرني هذا", "Mostre-me isto"),
    _phrase("come_closer", "ok", "Come closer", "Dewch yn nes", "Podejdź bliżej", "Apropiați-vă",
            "ਨੇੜੇ ਆਓ", "قریب آئیں", "কাছে আসুন", "નજીક આવો", "اقترب", "Aproxime-se"),
    _phrase("hold_still", "ok", "Hold still", "Daliwch yn llonydd", "Trzymaj nieruchomo", "Țineți telefonul nemișcat",
            "ਫ਼ੋਨ ਨਾ ਹਿਲਾਓ", "فون نہ ہلائیں", "ফোন স্থির রাখুন", "ફોન સ્થિર રાખો", "ثبّت الهاتف", "Mantenha o telefone parado"),
    _phrase("look_here", "ok", "Look here", "Edrychwch yma", "Spójrz tutaj", "Uitați-vă aici",
            "ਇੱਥੇ ਵੇਖੋ", "یہاں دیکھیں", "এখানে দেখুন", "અહીં જુઓ", "انظر هنا", "Olhe aqui"),
    _phrase("do_not_approach", "ok", "Do not approach", "Peidiwch â mynd yn agos", "Nie podchodź", "Nu vă apropiați",
            "ਨੇੜੇ ਨਾ ਜਾਓ", "قریب نہ جائیں", "কাছে যাবেন না", "નજીક ન જાઓ", "لا تقترب", "Não se aproxime"),
    _phrase("help_coming", "ok", "Help is coming", "Mae cymorth ar y ffordd", "Pomoc jest w drodze", "Ajutorul este pe drum",
            "ਮਦਦ ਆ ਰਹੀ ਹੈ", "مدد آ رہی ہے", "সাহায্য আসছে", "મદદ આવી રહી છે", "المساعدة في الطريق", "A ajuda está a caminho"),
    _phrase("turn_slowly", "ok", "Turn around slowly", "Trowch yn araf", "Obróć się powoli", "Rotiți-vă încet",
            "ਹੌਲੀ-ਹੌਲੀ ਘੁੰਮੋ", "آہستہ آہستہ گھومیں", "ধীরে ধীরে ঘুরুন", "ધીમે ધીમે ફરો", "استدر ببطء", "Vire-se devagar"),
    _phrase("is_this_person", "yes_no", "Is this the person?", "Ai hwn yw'r person?", "Czy to ta osoba?", "Este aceasta persoana?",
            "ਕੀ ਇਹ ਉਹੀ ਵਿਅਕਤੀ ਹੈ?", "کیا یہ وہی شخص ہے؟", "ইনিই কি সেই ব্যক্তি?", "શું આ એ જ વ્યક્તિ છે?", "هل هذا هو الشخص؟",
            "É esta a pessoa?"),
    _phrase("number_plate", "ok", "Show me the number plate", "Dangoswch y plât rhif i mi", "Pokaż mi tablicę rejestracyjną",
            "Arătați-mi numărul de înmatriculare", "ਮੈਨੂੰ ਨੰਬਰ ਪਲੇਟ ਵਿਖਾਓ", "مجھے نمبر پلیٹ دکھائیں", "আমাকে নম্বর প্লেট দেখান",
            "મને નંબર પ્લેટ બતાવો", "أرني لوحة السيارة", "Mostre-me a matrícula"),
    _phrase("safe", "yes_no", "Are you safe where you are?", "Ydych chi'n ddiogel lle rydych chi?", "Czy jesteś bezpieczny tam, gdzie jesteś?",
            "Sunteți în siguranță unde vă aflați?", "ਕੀ ਤੁਸੀਂ ਜਿੱਥੇ ਹੋ ਉੱਥੇ ਸੁਰੱਖਿਅਤ ਹੋ?", "کیا آپ جہاں ہیں وہاں محفوظ ہیں؟",
            "আপনি যেখানে আছেন সেখানে কি নিরাপদ?", "તમે જ્યાં છો ત્યાં સુરક્ષિત છો?", "هل أنت آمن حيث أنت؟", "Está em segurança onde está?",
            kind="question"),
    _phrase("hurt", "yes_no", "Is anyone hurt?", "Oes rhywun wedi'i anafu?", "Czy ktoś jest ranny?", "Este cineva rănit?",
            "ਕੀ ਕਿਸੇ ਨੂੰ ਸੱਟ ਲੱਗੀ ਹੈ?", "کیا کوئی زخمی ہے؟", "কেউ কি আহত হয়েছে?", "શું કોઈને ઈજા થઈ છે?", "هل أصيب أحد؟", "Alguém está ferido?",
            kind="question"),
    _phrase("which_way", "way", "Which way did they go?", "Pa ffordd aethon nhw?", "W którą stronę poszli?", "În ce direcție au plecat?",
            "ਉਹ ਕਿਸ ਪਾਸੇ ਗਏ?", "وہ کس طرف گئے؟", "তারা কোন দিকে গেছে?", "તેઓ કઈ બાજુ ગયા?", "في أي اتجاه ذهبوا؟", "Para que lado foram?",
            kind="question"),
)

#: Requests, by `states.PromptKind`. What a person must agree to says so by its two buttons.
REQUESTS: dict[str, dict[str, str]] = {
    "flip": _in_columns("Please turn the camera round", "Trowch y camera os gwelwch yn dda", "Proszę odwrócić kamerę",
                        "Vă rugăm să schimbați camera", "ਕਿਰਪਾ ਕਰਕੇ ਕੈਮਰਾ ਘੁਮਾਓ", "براہ کرم کیمرہ بدلیں", "অনুগ্রহ করে ক্যামেরা ঘুরিয়ে দিন",
                        "કૃપા કરીને કેમેરા ફેરવો", "من فضلك بدّل الكاميرا", "Por favor, mude de câmara"),
    "torch_on": _in_columns("Please turn the light on", "Trowch y golau ymlaen os gwelwch yn dda", "Proszę włączyć latarkę",
                            "Vă rugăm să aprindeți lanterna", "ਕਿਰਪਾ ਕਰਕੇ ਲਾਈਟ ਜਗਾਓ", "براہ کرم لائٹ جلائیں", "অনুগ্রহ করে আলো জ্বালান",
                            "કૃપા કરીને લાઇટ ચાલુ કરો", "من فضلك شغّل الضوء", "Por favor, ligue a luz"),
    "torch_off": _in_columns("Please turn the light off", "Diffoddwch y golau os gwelwch yn dda", "Proszę wyłączyć latarkę",
                             "Vă rugăm să stingeți lanterna", "ਕਿਰਪਾ ਕਰਕੇ ਲਾਈਟ ਬੰਦ ਕਰੋ", "براہ کرم لائٹ بند کریں", "অনুগ্রহ করে আলো নেভান",
                             "કૃપા કરીને લાઇટ બંધ કરો", "من فضلك أطفئ الضوء", "Por favor, desligue a luz"),
    "quality_low": _in_columns("We made the picture smaller", "Rydym wedi gwneud y llun yn llai", "Zmniejszyliśmy obraz", "Am micșorat imaginea",
                               "ਅਸੀਂ ਤਸਵੀਰ ਛੋਟੀ ਕਰ ਦਿੱਤੀ ਹੈ", "ہم نے تصویر چھوٹی کر دی ہے", "আমরা ছবি ছোট করেছি", "અમે ચિત્ર નાનું કર્યું છે",
                               "لقد صغّرنا الصورة", "Reduzimos a imagem"),
    "quality_full": _in_columns("The picture is full size again", "Mae'r llun yn llawn eto", "Obraz jest znowu pełny", "Imaginea este din nou completă",
                                "ਤਸਵੀਰ ਫਿਰ ਪੂਰੀ ਹੈ", "تصویر دوبارہ پوری ہے", "ছবি আবার পূর্ণ আকারে", "ચિત્ર ફરી પૂરું છે",
                                "عادت الصورة إلى حجمها الكامل", "A imagem voltou ao normal"),
    "hold": _in_columns("Hold still", "Daliwch yn llonydd", "Trzymaj nieruchomo", "Țineți telefonul nemișcat", "ਫ਼ੋਨ ਨਾ ਹਿਲਾਓ", "فون نہ ہلائیں",
                        "ফোন স্থির রাখুন", "ફોન સ્થિર રાખો", "ثبّت الهاتف", "Mantenha o telefone parado"),
    "silence": _in_columns("We stopped the sound of this page", "Rydym wedi stopio sain y dudalen hon", "Wyłączyliśmy dźwięk tej strony",
                           "Am oprit sunetul acestei pagini", "ਅਸੀਂ ਇਸ ਪੰਨੇ ਦੀ ਆਵਾਜ਼ ਬੰਦ ਕਰ ਦਿੱਤੀ ਹੈ", "ہم نے اس صفحے کی آواز بند کر دی ہے",
                           "আমরা এই পাতার শব্দ বন্ধ করেছি", "અમે આ પેજનો અવાજ બંધ કર્યો છે", "لقد أوقفنا صوت هذه الصفحة", "Desligámos o som desta página"),
}

#: Other words of the caller's page that only come with a prompt.
WORDS: dict[str, dict[str, str]] = {
    "asks": _in_columns("The control room asks", "Mae'r ystafell reoli yn gofyn", "Centrum dowodzenia prosi", "Dispeceratul vă roagă",
                        "ਕੰਟਰੋਲ ਰੂਮ ਪੁੱਛਦਾ ਹੈ", "کنٹرول روم کہتا ہے", "কন্ট্রোল রুম বলছে", "કંટ્રોલ રૂમ કહે છે", "غرفة العمليات تطلب", "A sala de controlo pede"),
    "writing": _in_columns("Police are writing", "Mae'r heddlu yn ysgrifennu", "Policja pisze", "Poliția scrie", "ਪੁਲਿਸ ਲਿਖ ਰਹੀ ਹੈ", "پولیس لکھ رہی ہے",
                           "পুলিশ লিখছে", "પોલીસ લખી રહી છે", "الشرطة تكتب", "A polícia está a escrever"),
    "moved": _in_columns("The picture has moved", "Mae'r llun wedi symud", "Obraz się przesunął", "Imaginea s-a mișcat", "ਤਸਵੀਰ ਹਿੱਲ ਗਈ ਹੈ", "تصویر ہل گئی ہے",
                         "ছবি সরে গেছে", "ચિત્ર ખસી ગયું છે", "تحركت الصورة", "A imagem mexeu-se"),
}

_ANSWER: dict[str, dict[str, str]] = {
    "ok": _in_columns("OK", "Iawn", "Dobrze", "Bine", "ਠੀਕ ਹੈ", "ٹھیک ہے", "ঠিক আছে", "બરાબર", "حسنًا", "OK"),
    "cannot": _in_columns("I can't", "Ni allaf", "Nie mogę", "Nu pot", "ਮੈਂ ਨਹੀਂ ਕਰ ਸਕਦਾ", "میں نہیں کر سکتا", "আমি পারছি না", "હું નથી કરી શકતો",
                          "لا أستطيع", "Não posso"),
    "yes": _in_columns("Yes", "Ydw / Oes", "Tak", "Da", "ਹਾਂ", "ہاں", "হ্যাঁ", "હા", "نعم", "Sim"),
    "no": _in_columns("No", "Na", "Nie", "Nu", "ਨਹੀਂ", "نہیں", "না", "ના", "لا", "Não"),
    "unknown": _in_columns("I don't know", "Dydw i ddim yn gwybod", "Nie wiem", "Nu știu", "ਮੈਨੂੰ ਨਹੀਂ ਪਤਾ", "مجھے نہیں معلوم", "আমি জানি না",
                           "મને ખબર નથી", "لا أعرف", "Não sei"),
    "left": _in_columns("Left", "Chwith", "W lewo", "Stânga", "ਖੱਬੇ", "بائیں", "বাঁদিকে", "ડાબે", "يسارًا", "Esquerda"),
    "right": _in_columns("Right", "De", "W prawo", "Dreapta", "ਸੱਜੇ", "دائیں", "ডানদিকে", "જમણે", "يمينًا", "Direita"),
    "straight": _in_columns("Straight on", "Yn syth ymlaen", "Prosto", "Înainte", "ਸਿੱਧਾ", "سیدھا", "সোজা", "સીધા", "إلى الأمام", "Em frente"),
}
# fmt: on

#: Sets of one-tap answers. "cannot" and "no" are honest answers too: the second button never hides.
ANSWERS: dict[str, tuple[str, ...]] = {
    "ok": ("ok", "cannot"),
    "yes_no": ("yes", "no", "unknown"),
    "way": ("left", "right", "straight", "unknown"),
}
BY_CODE = {phrase.code: phrase for phrase in PHRASES}


def in_language(words: dict[str, str], locale: str) -> tuple[str, str]:
    """The sentence for a phone and the language it is in: English where this one is missing."""
    code = (find(locale) or ENGLISH).code
    return (words[code], code) if words.get(code) else (words["en"], "en")


def answers_for(kind: str, locale: str) -> list[dict[str, str]]:
    """The buttons of a set: `code`, the English `say`, and the `words` on the button."""
    return [
        {"code": code, "say": _ANSWER[code]["en"], "words": in_language(_ANSWER[code], locale)[0]}
        for code in ANSWERS.get(kind, ())
    ]


def answer_in_english(code: str) -> str:
    return _ANSWER[code]["en"] if code in _ANSWER else code
