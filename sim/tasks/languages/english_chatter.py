"""What is said in English that is no task here."""

from sim.tasks.languages.tables import Chatter

_PLAIN = (
    "what is the weather", "sing a song", "tell me a joke", "what time is it", "how are you",
    "good morning", "hello", "who are you", "where do you live", "dance for me", "call my mother",
    "turn on the light", "play some music", "stop the music", "read the news", "go to sleep",
    "make me a coffee", "cook dinner", "what is your name", "how old are you", "thank you",
    "write a letter", "count to ten", "take a break", "do a flip", "wave at me", "walk the dog",
    "what day is it", "tell me a story", "order a pizza", "i am tired", "it is cold in here",
    "nice work", "what is two plus two", "spell your name", "look out of the window",
)  # fmt: skip
_VERBS = (
    "open", "close", "clean", "paint", "wash", "fix", "lock", "find", "sell", "count", "kick",
    "hide", "break", "draw", "describe", "measure", "cut", "dry", "eat", "taste", "smell",
    "decorate", "rent", "guard", "fear", "forget", "rename", "weigh", "wrap", "unlock",
    "explain", "admire", "steal", "plant", "dig", "tie", "squeeze", "scratch", "hammer", "mail",
)  # fmt: skip
_THINGS = (
    "window", "door", "cupboard", "kitchen", "car", "towel", "shirt", "floor", "lamp", "chair",
    "bottle", "phone", "roof", "fence", "carpet", "boat", "tree", "cake", "soup", "letter",
    "wall", "box", "train", "horse", "shoes", "computer", "gate", "oven", "picture", "clock",
)  # fmt: skip
_ABOUT = (
    "{v} the {o}", "{v} the {o}", "{v} the {o}", "{v} the {o} and the {d}", "{v} my {o}",
    "what do you think of the {o}", "{v} the {o} with the {d}", "who made the {o}",
    "throw the {o} out of the window", "is the {o} expensive", "why is the {o} here",
    "do you like the {o}", "the {o} is nice", "{v} the {o} in the kitchen",
)  # fmt: skip
_ANYTHING = (
    "what is a {t}", "who owns the {t}", "why is the {t} so old", "when does the {t} open",
    "do you have a {t}", "i need a {t}", "i {v} my {t}", "how do i {v} a {t}", "my {t} is broken",
    "{v} a {t}", "{v} my {t}", "{v} the {t}", "{v} the {t}", "did you {v} the {t}", "buy a new {t}",
    "let us {v} something", "where did i leave my {t}", "{v} it for me", "never {v} a {t}",
    "please do not {v} the {t}", "teach my {t} to {v}", "how big is a {t}", "{v} and {v} again",
)  # fmt: skip
_HELD_PLAIN = (
    "what is the capital of france", "whistle a tune", "what is for lunch", "how is your day",
    "good night", "see you later", "do you like music", "phone my sister", "switch off the radio",
    "bake some bread", "run around the house", "write a poem", "what year is it",
    "how far is the moon", "teach me to swim", "book a flight", "i am hungry", "it is raining",
    "well done", "what is seven times six", "jump up and down", "make the bed", "feed the cat",
)  # fmt: skip
_HELD_VERBS = ("fold", "iron", "repair", "water", "polish", "sweep")
_HELD_THINGS = ("towel", "garden", "curtain", "bicycle", "kitchen", "shirt", "stairs")
_HELD_ABOUT = ("cook the {o}", "burn the {o}", "melt the {o}", "photograph the {o}", "buy the {o}")
_ONSETS = ("b", "br", "c", "ch", "d", "f", "fl", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "ph",
           "pl", "r", "s", "sh", "sw", "t", "tr", "v", "w", "wh")  # fmt: skip
_VOWELS = ("a", "e", "i", "o", "u", "ea", "oo", "ai", "ou", "ie")
_ENDS = ("", "d", "ld", "lt", "m", "n", "nd", "ng", "p", "r", "rn", "s", "sh", "ss", "t", "te",
         "ter", "ve", "y")  # fmt: skip

ENGLISH_CHATTER = Chatter(
    plain=_PLAIN, held_out_plain=_HELD_PLAIN,
    verbs=_VERBS, held_out_verbs=_HELD_VERBS, things=_THINGS, held_out_things=_HELD_THINGS,
    about=_ABOUT, held_out_about=_HELD_ABOUT, anything=_ANYTHING,
    chore="{v} the {t}", please="please ",
    syllable=(_ONSETS, _VOWELS, _ENDS), syllables=(1, 2), shortest=3,
    reserved=frozenset(
        " ".join((*_HELD_PLAIN, *_HELD_ABOUT, *_HELD_VERBS, *_HELD_THINGS)).split()
    ),
)  # fmt: skip
