"""The signs our fonts have: a text that holds others still gets onto paper, each of them written as its number.

The compiler refuses a document with a sign that no font has, for nobody could read it or hear it read. Which there are
is a table rather than a question to the compiler, so that what is printed does not hang on what an error of it says.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 40
"""Letters without a blank after which a word may be broken, so that none runs off the paper."""
BREAK = "\u200b"
KNOWN = (
    "0020-0241 0243-0245 0247-0249 024C-024D 0250-02E9 02EC-02EE 02F3 0300-0344 034F 0351 0357-0363 0374-0377 "
    "037A-037F 0384-038A 038C 038E-03A1 03A3-03CE 03D0-03E1 03F0-045F 0462-0463 0470-0477 0490-04C4 04C7-04CC "
    "04CF-04F9 05D0-05EA 0606-0607 0609-060A 060C 0615 061B 061F 0621-063A 0640-0655 065A 0660-066D 0674 0679-067B "
    "067E-0680 0683-0684 0686-0687 0691 0698 06A4 06A9 06AF 06BE 06CC 06F0-06F9 1E00-1E9B 1E9E-1EF9 2010-2037 "
    "2039-203F 2042 2044-204B 204F 205F 2070-2071 2074-208E 2090-209C 20A0-20B5 20B8-20BA 20BD 20BF 2100-2103 "
    "2105-2106 2109 210C-210F 2111 2113 2115-2117 2119-211A 211C-211D 2120 2122 2124 2126-2127 212A-212B 212E "
    "2135-2139 2148 214F-2151 2153-2184 2189 2190-2220 2223-222D 2234-223D 2241-226B 226D-228B 228D-22A5 22AC "
    "22B2-22B5 22B8 22C2-22C6 22CD-22D1 22DA-22ED 22EF 2500-262F 2638-268B 2690-269C 26A0-26A5 26B0-26B1 2701-2704 "
    "2706-2709 270C-2727 2729-274B 274D 274F-2752 2756 2758-275E 2761-277F 2794 2798-27AF 27B1-27BE"
)
"""What the fonts that the templates name have, plain and bold, by number; a test prints every one of them."""


def _known() -> frozenset[str]:
    ends = (part.partition("-") for part in KNOWN.split())
    numbers = (range(int(first, 16), int(last or first, 16) + 1) for first, _dash, last in ends)
    return frozenset(chr(one) for some in numbers for one in some)


SHOWN = _known()
SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))
"""They choose between ways to draw the sign before them."""
ARABIC = re.compile("[\u0600-\u06ff]").match
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of signs that show nothing, or turn around what is beside them."""


def printable(text: str) -> str:
    """The text as it can be printed: lines kept, unseen signs gone, unknown ones as numbers, long words breakable."""
    lines = re.split(r"\r\n|[\n\r\v\f\x85\u2028\u2029]", unicodedata.normalize("NFC", text))
    return "\n".join(_breakable(_line(line)) for line in lines)


def _line(line: str) -> str:
    return "".join(_sign(one, before) for before, one in zip(" " + line, line, strict=False))


def _sign(one: str, before: str) -> str:
    category = unicodedata.category(one)
    if one == "\t":
        return " "
    if one in SELECTORS or category in UNSEEN:
        return ""
    # A mark on a letter without it in one sign is set by the letter's font, which then must have both.
    if one not in SHOWN or (category.startswith("M") and not (ARABIC(one) and ARABIC(before))):
        return f"[U+{ord(one):04X}]"
    return one


def _breakable(line: str) -> str:
    return re.sub(rf"\S{{{LONGEST}}}(?=\S)", rf"\g<0>{BREAK}", line)
