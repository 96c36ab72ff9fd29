"""A little text for next-letter prediction: eight sonnets by William Shakespeare.

First printed in 1609 and in the public domain; spelling modernised, all letters small.
"""

import numpy as np

from skipviz.data.split import TEST_SHARE, Array, Split

WINDOW = 32  # letters a sample has
STRIDE = 4  # letters from one sample to the next

TEXT = """\
from fairest creatures we desire increase,
that thereby beauty's rose might never die,
but as the riper should by time decease,
his tender heir might bear his memory:
but thou, contracted to thine own bright eyes,
feed'st thy light's flame with self-substantial fuel,
making a famine where abundance lies,
thyself thy foe, to thy sweet self too cruel.
thou that art now the world's fresh ornament
and only herald to the gaudy spring,
within thine own bud buriest thy content
and, tender churl, makest waste in niggarding.
pity the world, or else this glutton be,
to eat the world's due, by the grave and thee.

when i do count the clock that tells the time,
and see the brave day sunk in hideous night;
when i behold the violet past prime,
and sable curls all silver'd o'er with white;
when lofty trees i see barren of leaves
which erst from heat did canopy the herd,
and summer's green all girded up in sheaves
borne on the bier with white and bristly beard,
then of thy beauty do i question make,
that thou among the wastes of time must go,
since sweets and beauties do themselves forsake
and die as fast as they see others grow;
and nothing 'gainst time's scythe can make defence
save breed, to brave him when he takes thee hence.

shall i compare thee to a summer's day?
thou art more lovely and more temperate:
rough winds do shake the darling buds of may,
and summer's lease hath all too short a date:
sometime too hot the eye of heaven shines,
and often is his gold complexion dimm'd;
and every fair from fair sometime declines,
by chance or nature's changing course untrimm'd;
but thy eternal summer shall not fade
nor lose possession of that fair thou owest;
nor shall death brag thou wander'st in his shade,
when in eternal lines to time thou growest:
so long as men can breathe or eyes can see,
so long lives this and this gives life to thee.

when, in disgrace with fortune and men's eyes,
i all alone beweep my outcast state
and trouble deaf heaven with my bootless cries
and look upon myself and curse my fate,
wishing me like to one more rich in hope,
featured like him, like him with friends possess'd,
desiring this man's art and that man's scope,
with what i most enjoy contented least;
yet in these thoughts myself almost despising,
haply i think on thee, and then my state,
like to the lark at break of day arising
from sullen earth, sings hymns at heaven's gate;
for thy sweet love remember'd such wealth brings
that then i scorn to change my state with kings.

when to the sessions of sweet silent thought
i summon up remembrance of things past,
i sigh the lack of many a thing i sought,
and with old woes new wail my dear time's waste:
then can i drown an eye, unused to flow,
for precious friends hid in death's dateless night,
and weep afresh love's long since cancell'd woe,
and moan the expense of many a vanish'd sight:
then can i grieve at grievances foregone,
and heavily from woe to woe tell o'er
the sad account of fore-bemoaned moan,
which i new pay as if not paid before.
but if the while i think on thee, dear friend,
all losses are restored and sorrows end.

that time of year thou mayst in me behold
when yellow leaves, or none, or few, do hang
upon those boughs which shake against the cold,
bare ruin'd choirs, where late the sweet birds sang.
in me thou see'st the twilight of such day
as after sunset fadeth in the west,
which by and by black night doth take away,
death's second self, that seals up all in rest.
in me thou see'st the glowing of such fire
that on the ashes of his youth doth lie,
as the death-bed whereon it must expire,
consumed with that which it was nourish'd by.
this thou perceivest, which makes thy love more strong,
to love that well which thou must leave ere long.

let me not to the marriage of true minds
admit impediments. love is not love
which alters when it alteration finds,
or bends with the remover to remove:
o no! it is an ever-fixed mark
that looks on tempests and is never shaken;
it is the star to every wandering bark,
whose worth's unknown, although his height be taken.
love's not time's fool, though rosy lips and cheeks
within his bending sickle's compass come:
love alters not with his brief hours and weeks,
but bears it out even to the edge of doom.
if this be error and upon me proved,
i never writ, nor no man ever loved.

my mistress' eyes are nothing like the sun;
coral is far more red than her lips' red;
if snow be white, why then her breasts are dun;
if hairs be wires, black wires grow on her head.
i have seen roses damask'd, red and white,
but no such roses see i in her cheeks;
and in some perfumes is there more delight
than in the breath that from my mistress reeks.
i love to hear her speak, yet well i know
that music hath a far more pleasing sound;
i grant i never saw a goddess go;
my mistress, when she walks, treads on the ground:
and yet, by heaven, i think my love as rare
as any she belied with false compare.
"""
LETTERS = "".join(sorted(set(TEXT)))


def sonnets(test_share: float = TEST_SHARE) -> Split:
    """Windows of 32 letters as token numbers, and for every letter the one that follows it.

    The last part of the text is the test, so no window has letters of both.
    """
    numbers = np.array([LETTERS.index(letter) for letter in TEXT], dtype=np.int64)
    cut = int(len(numbers) * (1 - test_share))
    return Split(*_windows(numbers[:cut]), *_windows(numbers[cut:]))


def _windows(numbers: Array) -> tuple[Array, Array]:
    starts = range(0, len(numbers) - WINDOW, STRIDE)
    x = np.stack([numbers[start : start + WINDOW] for start in starts])
    y = np.stack([numbers[start + 1 : start + WINDOW + 1] for start in starts])
    return x, y
