"""The words and codes in which kitchens name allergens and diets. Data only."""

from __future__ import annotations

from sales.catalogue import Allergen

GENERIC: dict[Allergen, str] = {
    Allergen.GLUTEN: "gluten glutenhaltig glutenhaltige glutenhaltiges",
    Allergen.CRUSTACEANS: "krebstiere krebstier krebstiererzeugnisse krustentiere krustentier crustaceans crustacean shellfish crustacés crustáceos",
    Allergen.EGGS: "ei eier eiererzeugnisse eierzeugnisse egg eggs œuf œufs oeuf oeufs huevo huevos",
    Allergen.FISH: "fisch fische fischerzeugnisse fish poisson poissons pescado",
    Allergen.PEANUTS: "erdnuss erdnüsse erdnüssen erdnusserzeugnisse peanut peanuts arachide arachides cacahuete cacahuetes",
    Allergen.SOY: "soja sojabohne sojabohnen sojaerzeugnisse soy soya soybean soybeans",
    Allergen.MILK: "milch laktose lactose milcherzeugnisse milchprodukte milcheiweiß milk dairy lait leche lactosa",
    Allergen.NUTS: "schalenfrucht schalenfrüchte schalenfrüchten nuss nüsse nuts nut noix nueces",
    Allergen.CELERY: "sellerie sellerieerzeugnisse celery céleri apio",
    Allergen.MUSTARD: "senf senferzeugnisse senfkörner mustard moutarde mostaza",
    Allergen.SESAME: "sesam sesamsamen sesamerzeugnisse sesamsamenerzeugnisse sesame sésame sésamo",
    Allergen.SULPHITES: "schwefeldioxid schwefeloxid sulfit sulfite sulfiten so2 sulphite sulphites sulfites sulphur sulfur dioxide sulfitos",
    Allergen.LUPIN: "lupine lupinen lupinenerzeugnisse lupin lupins altramuz altramuces",
    Allergen.MOLLUSCS: "weichtier weichtiere weichtiererzeugnisse mollusc molluscs mollusks mollusques moluscos",
}
"""Words that say no more than the allergen itself."""

SPECIFIC: dict[Allergen, str] = {
    Allergen.GLUTEN: "weizen roggen gerste hafer dinkel kamut grünkern emmer einkorn khorasan weizenmehl hartweizen weizengluten "
    "wheat rye barley oat oats spelt blé seigle orge avoine épeautre trigo centeno cebada avena espelta",
    Allergen.NUTS: "mandel mandeln haselnuss haselnüsse walnuss walnüsse cashew cashews cashewnuss cashewnüsse cashewkerne kaschunüsse pekannuss pekannüsse "
    "pekanüsse paranuss paranüsse pistazie pistazien macadamia macadamianuss macadamianüsse queenslandnuss queenslandnüsse almond almonds hazelnut "
    "hazelnuts walnut walnuts pecan pecans pistachio pistachios amandes noisettes almendras avellanas",
    Allergen.CRUSTACEANS: "garnele garnelen shrimps krabben scampi hummer krebs krebse prawns crevettes gambas",
    Allergen.FISH: "lachs thunfisch forelle sardellen kabeljau",
    Allergen.SULPHITES: "geschwefelt",
    Allergen.MOLLUSCS: "muscheln muschel tintenfisch calamari mussels squid moules calamares",
}
"""Words that name one kind of it: the allergen is known, and the word itself is kept as a remark."""

FILLERS = (
    "und oder aus mit enthält enthalten einschließlich einschl inkl daraus hergestellte hergestellten erzeugnisse erzeugnis getreide produkte samen "
    "kerne zertifizierter zertifiziert msc and or with contains containing including products thereof cereals cereal et ou avec contient y o con "
    "contiene de du des allergene allergen allergens"
)
"""Words that neither name an allergen nor change what the others say."""

LABELS: dict[str, Allergen] = {
    "GLUTEN": Allergen.GLUTEN, "SHELLFISH": Allergen.CRUSTACEANS, "CHICKEN_EGGS": Allergen.EGGS, "FISH": Allergen.FISH, "PEANUTS": Allergen.PEANUTS, "SOY": Allergen.SOY,
    "MILK": Allergen.MILK, "LACTOSE": Allergen.MILK, "SHELL_FRUITS": Allergen.NUTS, "CELERY": Allergen.CELERY, "MUSTARD": Allergen.MUSTARD, "SESAME": Allergen.SESAME,
    "SULPHURS": Allergen.SULPHITES, "SULFITES": Allergen.SULPHITES, "LUPIN": Allergen.LUPIN, "MOLLUSCS": Allergen.MOLLUSCS,
}  # fmt: skip
"""Labels of the eat-api (enum Label of its source) that say no more than the allergen itself."""

SPECIFIC_LABELS: dict[str, Allergen] = {
    **dict.fromkeys(("WHEAT", "RYE", "BARLEY", "OAT", "SPELT", "HYBRIDS"), Allergen.GLUTEN),
    **dict.fromkeys(
        ("ALMONDS", "HAZELNUTS", "WALNUTS", "CASHEWS", "PECAN", "PISTACHIOS", "PISTACHIOES", "MACADAMIA"), Allergen.NUTS
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

COMMON_CODES: dict[str, Allergen] = {
    **dict.fromkeys(("Gl", "GlW", "GlR", "GlG", "GlH", "GlD", "GlK", "GlWe", "GlRo", "GlGe", "GlHa", "GlDi", "GlKa", "Di", "Ro", "Ge", "Hf"), Allergen.GLUTEN),
    **dict.fromkeys(("Nu", "Sc", "Sch", "NMa", "NHa", "NWa", "NCa", "NPe", "NPa", "NPi", "NMc", "NQu", "ScM", "ScH", "ScW", "ScC", "ScP"), Allergen.NUTS),
    "Kr": Allergen.CRUSTACEANS, "Ei": Allergen.EGGS, "Fi": Allergen.FISH, "En": Allergen.PEANUTS, "Er": Allergen.PEANUTS, "So": Allergen.SOY, "Mi": Allergen.MILK, "La": Allergen.MILK, "ML": Allergen.MILK,
    "Lu": Allergen.LUPIN, "Wt": Allergen.MOLLUSCS,
}  # fmt: skip
"""Short codes that mean the same wherever they were seen."""

NORTHERN: dict[str, Allergen] = {
    "Sl": Allergen.CELERY,
    "Sf": Allergen.MUSTARD,
    "Se": Allergen.SESAME,
    "Sw": Allergen.SULPHITES,
}
"""The codes of, among others, Hamburg, Mainz and Eastern Lower Saxony."""

SOUTH_WESTERN: dict[str, Allergen] = {
    "Se": Allergen.CELERY,
    "Sn": Allergen.MUSTARD,
    "Sa": Allergen.SESAME,
    "Sf": Allergen.SULPHITES,
}
"""The codes of, among others, Heidelberg and Karlsruhe. `Se` and `Sf` mean other things than in the north."""

LEGENDS: tuple[tuple[frozenset[str], dict[str, Allergen]], ...] = (
    (frozenset({"Sl", "Sw", "En", "Mi", "La"}), NORTHERN),
    (frozenset({"Sn", "Sa", "Er"}), SOUTH_WESTERN),
)
"""Each legend with the codes that give it away."""

DOUBTFUL_CODES: dict[str, tuple[Allergen, ...]] = {"We": (Allergen.GLUTEN, Allergen.MOLLUSCS)}
"""Codes whose meaning cannot be told from the others ("Weizen", "Weichtiere"): everything they may mean is declared."""
