"""The words and codes in which kitchens name allergens and diets. Data only."""

from __future__ import annotations

from sales.catalogue import Allergen as A

GENERIC: dict[A, str] = {
    A.GLUTEN: "gluten glutenhaltig glutenhaltige glutenhaltiges",
    A.CRUSTACEANS: "krebstiere krebstier krebstiererzeugnisse krustentiere krustentier crustaceans crustacean shellfish crustacés crustáceos",
    A.EGGS: "ei eier eiererzeugnisse eierzeugnisse egg eggs œuf œufs oeuf oeufs huevo huevos",
    A.FISH: "fisch fische fischerzeugnisse fish poisson poissons pescado",
    A.PEANUTS: "erdnuss erdnüsse erdnüssen erdnusserzeugnisse peanut peanuts arachide arachides cacahuete cacahuetes",
    A.SOY: "soja sojabohne sojabohnen sojaerzeugnisse soy soya soybean soybeans",
    A.MILK: "milch laktose lactose milcherzeugnisse milchprodukte milcheiweiß milk dairy lait leche lactosa",
    A.NUTS: "schalenfrucht schalenfrüchte schalenfrüchten nuss nüsse nuts nut noix nueces",
    A.CELERY: "sellerie sellerieerzeugnisse celery céleri apio",
    A.MUSTARD: "senf senferzeugnisse senfkörner mustard moutarde mostaza",
    A.SESAME: "sesam sesamsamen sesamerzeugnisse sesamsamenerzeugnisse sesame sésame sésamo",
    A.SULPHITES: "schwefeldioxid schwefeloxid sulfit sulfite sulfiten so2 sulphite sulphites sulfites sulphur sulfur dioxide sulfitos",
    A.LUPIN: "lupine lupinen lupinenerzeugnisse lupin lupins altramuz altramuces",
    A.MOLLUSCS: "weichtier weichtiere weichtiererzeugnisse mollusc molluscs mollusks mollusques moluscos",
}
"""Words that say no more than the allergen itself."""

SPECIFIC: dict[A, str] = {
    A.GLUTEN: "weizen roggen gerste hafer dinkel kamut grünkern emmer einkorn khorasan weizenmehl hartweizen weizengluten "
    "wheat rye barley oat oats spelt blé seigle orge avoine épeautre trigo centeno cebada avena espelta",
    A.NUTS: "mandel mandeln haselnuss haselnüsse walnuss walnüsse cashew cashews cashewnuss cashewnüsse cashewkerne kaschunüsse pekannuss pekannüsse "
    "pekanüsse paranuss paranüsse pistazie pistazien macadamia macadamianuss macadamianüsse queenslandnuss queenslandnüsse almond almonds hazelnut "
    "hazelnuts walnut walnuts pecan pecans pistachio pistachios amandes noisettes almendras avellanas",
    A.CRUSTACEANS: "garnele garnelen shrimps krabben scampi hummer krebs krebse prawns crevettes gambas",
    A.FISH: "lachs thunfisch forelle sardellen kabeljau",
    A.SULPHITES: "geschwefelt",
    A.MOLLUSCS: "muscheln muschel tintenfisch calamari mussels squid moules calamares",
}
"""Words that name one kind of it: the allergen is known, and the word itself is kept as a remark."""

FILLERS = frozenset(
    "und oder aus mit enthält enthalten einschließlich einschl inkl daraus hergestellte hergestellten erzeugnisse erzeugnis getreide produkte samen "
    "kerne zertifizierter zertifiziert msc and or with contains containing including products thereof cereals cereal et ou avec contient y o con "
    "contiene de du des allergene allergen allergens".split()
)
"""Words that neither name an allergen nor change what the others say."""

LABELS: dict[str, A] = {
    "GLUTEN": A.GLUTEN, "SHELLFISH": A.CRUSTACEANS, "CHICKEN_EGGS": A.EGGS, "FISH": A.FISH, "PEANUTS": A.PEANUTS, "SOY": A.SOY,
    "MILK": A.MILK, "LACTOSE": A.MILK, "SHELL_FRUITS": A.NUTS, "CELERY": A.CELERY, "MUSTARD": A.MUSTARD, "SESAME": A.SESAME,
    "SULPHURS": A.SULPHITES, "SULFITES": A.SULPHITES, "LUPIN": A.LUPIN, "MOLLUSCS": A.MOLLUSCS,
}  # fmt: skip
"""Labels of the eat-api (enum Label of its source) that say no more than the allergen itself."""

SPECIFIC_LABELS: dict[str, A] = {
    **dict.fromkeys(("WHEAT", "RYE", "BARLEY", "OAT", "SPELT", "HYBRIDS"), A.GLUTEN),
    **dict.fromkeys(
        ("ALMONDS", "HAZELNUTS", "WALNUTS", "CASHEWS", "PECAN", "PISTACHIOS", "PISTACHIOES", "MACADAMIA"), A.NUTS
    ),
}
"""Labels of the eat-api that name one kind of an allergen."""

DIETS: dict[str, str] = {
    **dict.fromkeys(("vegan", "vegane", "veganes", "végan", "végétalien", "vegano", "vegana"), "vegan"),
    **dict.fromkeys(
        (
            "vegetarisch",
            "vegetarische",
            "vegetarisches",
            "vegetarian",
            "veggie",
            "végétarien",
            "vegetariano",
            "vegetariana",
        ),
        "vegetarian",
    ),
}
"""Notes that, standing alone, promise a diet."""

MEATS: dict[str, str] = {
    **dict.fromkeys(
        ("rind", "rindfleisch", "mit rind", "mit rindfleisch", "beef", "kalb", "kalbfleisch", "veal"), "beef"
    ),
    **dict.fromkeys(("schwein", "schweinefleisch", "mit schwein", "mit schweinefleisch", "pork"), "pork"),
    **dict.fromkeys(("geflügel", "mit geflügel", "geflügelfleisch", "poultry"), "poultry"),
    **dict.fromkeys(("lamm", "lammfleisch", "mit lamm", "lamb"), "lamb"),
    **dict.fromkeys(("wild", "wildfleisch", "wild_meat"), "game"),
    **dict.fromkeys(("alkohol", "mit alkohol", "enthält alkohol", "alcohol"), "alcohol"),
}
"""Notes that, standing alone, say what people avoid for other reasons than allergies."""

COMMON_CODES: dict[str, A] = {
    **dict.fromkeys(("Gl", "GlW", "GlR", "GlG", "GlH", "GlD", "GlK", "GlWe", "GlRo", "GlGe", "GlHa", "GlDi", "GlKa", "Di", "Ro", "Ge", "Hf"), A.GLUTEN),
    **dict.fromkeys(("Nu", "Sc", "Sch", "NMa", "NHa", "NWa", "NCa", "NPe", "NPa", "NPi", "NMc", "NQu", "ScM", "ScH", "ScW", "ScC", "ScP"), A.NUTS),
    "Kr": A.CRUSTACEANS, "Ei": A.EGGS, "Fi": A.FISH, "En": A.PEANUTS, "Er": A.PEANUTS, "So": A.SOY, "Mi": A.MILK, "La": A.MILK, "ML": A.MILK,
    "Lu": A.LUPIN, "Wt": A.MOLLUSCS,
}  # fmt: skip
"""Short codes that mean the same wherever they were seen."""

NORTHERN: dict[str, A] = {"Sl": A.CELERY, "Sf": A.MUSTARD, "Se": A.SESAME, "Sw": A.SULPHITES}
"""The codes of, among others, Hamburg, Mainz and Eastern Lower Saxony."""

SOUTH_WESTERN: dict[str, A] = {"Se": A.CELERY, "Sn": A.MUSTARD, "Sa": A.SESAME, "Sf": A.SULPHITES}
"""The codes of, among others, Heidelberg and Karlsruhe. `Se` and `Sf` mean other things than in the north."""

LEGENDS: tuple[tuple[frozenset[str], dict[str, A]], ...] = (
    (frozenset({"Sl", "Sw", "En", "Mi", "La"}), NORTHERN),
    (frozenset({"Sn", "Sa", "Er"}), SOUTH_WESTERN),
)
"""Each legend with the codes that give it away."""

DOUBTFUL_CODES: dict[str, tuple[A, ...]] = {"We": (A.GLUTEN, A.MOLLUSCS)}
"""Codes whose meaning cannot be told from the others ("Weizen", "Weichtiere"): everything they may mean is declared."""
