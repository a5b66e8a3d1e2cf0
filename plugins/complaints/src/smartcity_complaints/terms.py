"""The words of a text as searching and comparing see them: folded, in one spelling, without those that say nothing. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

LONGEST_WORD: Final = 40
MOST_WORDS: Final = 400
"""Different words of one text that are looked at; a text of 4,000 characters hardly has more."""
_SHORTEST_FORGIVEN: Final = 4

_STOP = """
ada adalah agar aja akan aku anda apa apakah atas atau bagi bagaimana bahwa baik banyak bapak belum berada bisa buat bukan
dalam dan dapat dari dengan di dia dong dulu gak hanya harus hal hari hingga ibu ini itu jadi jangan jika juga kalau kami
kamu karena ke kembali kepada kita lagi lah lalu lebih mana masih maka mau mereka mohon namun nya oleh pada pak para paling
pernah pun saat saja sama sampai sangat saya sebagai sebelum sedang sehingga sejak sekali selalu semua seperti serta setiap
sudah supaya tapi telah tentang terhadap terlalu terima kasih tersebut tetapi tidak tolong untuk yaitu yang
and are been for from has have not our please that the there this was were with
"""

STOP_WORDS: Final = frozenset(_STOP.split())
"""What a text says nothing by: Indonesian, and the commonest of English."""

_SHORT_FOR: Final = {
    "jl": "jalan", "jln": "jalan", "gg": "gang", "kec": "kecamatan", "kel": "kelurahan", "ds": "desa", "dsn": "dusun",
    "dpn": "depan", "blkg": "belakang", "blkng": "belakang", "sblh": "sebelah", "dkt": "dekat", "thn": "tahun",
    "bln": "bulan", "mgg": "minggu", "lmpu": "lampu", "yg": "yang", "dgn": "dengan", "utk": "untuk",
    "tdk": "tidak", "ga": "gak", "nggak": "gak", "enggak": "gak", "sdh": "sudah", "udah": "sudah", "blm": "belum",
    "krn": "karena", "dlm": "dalam", "tlg": "tolong", "pd": "pada", "kpd": "kepada", "skrg": "sekarang",
}  # fmt: skip
"""How people shorten words on a phone and in addresses."""

_WORD: Final = re.compile(r"[^\W_]+")
_STRETCHED: Final = re.compile(r"([^\W\d_])\1{2,}")
_OLD_SPELLING: Final = (("oe", "u"), ("tj", "c"), ("dj", "j"))
"""Spellings before 1972 that live on in the names of places and people."""


def words_of(text: str) -> tuple[str, ...]:
    """Return the different words of a text, in order of first occurrence.

    Letters lose case and accents; shortened words are written out; stretched letters (``parahhh``) and spellings before 1972
    (``Djalan``) are made plain; words of one letter and words that say nothing are left out.
    """
    found: dict[str, None] = {}
    for word in _every_word(text):
        if len(found) >= MOST_WORDS:
            break
        if (len(word) > 1 or word.isdigit()) and word not in STOP_WORDS:
            found[word[:LONGEST_WORD]] = None
    return tuple(found)


def forms_of(word: str) -> frozenset[str]:
    """Return a word and the word with each one of its letters left out.

    Two words that are one slip apart (a letter wrong, missing, too many, or two changed round) have one of these in common.
    Short words and words with digits are not forgiven a slip: nothing is returned.
    """
    if len(word) < _SHORTEST_FORGIVEN or not word.isalpha():
        return frozenset()
    return frozenset({word, *(word[:at] + word[at + 1 :] for at in range(len(word)))})


def _every_word(text: str) -> Iterator[str]:
    folded = text.casefold()
    if not folded.isascii():
        folded = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    folded = _STRETCHED.sub(r"\1", folded)
    for old, new in _OLD_SPELLING:
        folded = folded.replace(old, new)
    for word in _WORD.findall(folded):
        yield _SHORT_FOR.get(word, word)
