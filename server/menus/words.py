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
    Allergen.NUTS: "mandel mandeln haselnuss haselnüsse walnuss walnüsse cashew cashews cashewnuss cashewnüsse cashewkerne "
    "kaschunüsse pekannuss pekannüsse pekanüsse paranuss paranüsse pistazie pistazien macadamia macadamianuss "
    "macadamianüsse queenslandnuss queenslandnüsse almond almonds hazelnut hazelnuts walnut walnuts pecan pecans "
    "pistachio pistachios amandes noisettes almendras avellanas",
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

LABELS: dict[Allergen, str] = {
    Allergen.GLUTEN: "GLUTEN",
    Allergen.CRUSTACEANS: "SHELLFISH",
    Allergen.EGGS: "CHICKEN_EGGS",
    Allergen.FISH: "FISH",
    Allergen.PEANUTS: "PEANUTS",
    Allergen.SOY: "SOY",
    Allergen.MILK: "MILK LACTOSE",
    Allergen.NUTS: "SHELL_FRUITS",
    Allergen.CELERY: "CELERY",
    Allergen.MUSTARD: "MUSTARD",
    Allergen.SESAME: "SESAME",
    Allergen.SULPHITES: "SULPHURS SULFITES",
    Allergen.LUPIN: "LUPIN",
    Allergen.MOLLUSCS: "MOLLUSCS",
}
"""Labels of the eat-api (enum Label of its source) that say no more than the allergen itself."""

SPECIFIC_LABELS: dict[Allergen, str] = {
    Allergen.GLUTEN: "WHEAT RYE BARLEY OAT SPELT HYBRIDS",
    Allergen.NUTS: "ALMONDS HAZELNUTS WALNUTS CASHEWS PECAN PISTACHIOS PISTACHIOES MACADAMIA",
}
"""Labels of the eat-api that name one kind of an allergen."""

DIETS: dict[str, str] = {
    "vegan": "vegan vegane veganes végan végétalien vegano vegana",
    "vegetarian": "vegetarisch vegetarische vegetarisches vegetarian veggie végétarien vegetariano vegetariana",
}
"""Words that, standing alone in a note, promise a diet."""

AVOIDED: dict[str, str] = {
    "beef": "rind rindfleisch kalb kalbfleisch beef veal",
    "pork": "schwein schweinefleisch pork",
    "poultry": "geflügel geflügelfleisch poultry",
    "lamb": "lamm lammfleisch lamb",
    "game": "wild wildfleisch wild_meat",
    "alcohol": "alkohol alcohol",
}
"""Words that, standing alone or after "mit", name what people avoid for other reasons than allergies."""

COMMON_CODES: dict[Allergen, str] = {
    Allergen.GLUTEN: "Gl GlW GlR GlG GlH GlD GlK GlWe GlRo GlGe GlHa GlDi GlKa Di Ro Ge Hf",
    Allergen.CRUSTACEANS: "Kr",
    Allergen.EGGS: "Ei",
    Allergen.FISH: "Fi",
    Allergen.PEANUTS: "En Er",
    Allergen.SOY: "So",
    Allergen.MILK: "Mi La ML",
    Allergen.NUTS: "Nu Sc Sch NMa NHa NWa NCa NPe NPa NPi NMc NQu ScM ScH ScW ScC ScP",
    Allergen.LUPIN: "Lu",
    Allergen.MOLLUSCS: "Wt",
}
"""Short codes that mean the same wherever they were seen."""

DOUBTFUL_CODES: dict[Allergen, str] = {Allergen.GLUTEN: "We", Allergen.MOLLUSCS: "We"}
"""Codes whose meaning the other codes do not tell ("Weizen", "Weichtiere"): all they may mean is declared."""

NORTHERN: dict[Allergen, str] = {
    Allergen.CELERY: "Sl",
    Allergen.MUSTARD: "Sf",
    Allergen.SESAME: "Se",
    Allergen.SULPHITES: "Sw",
}
"""The codes of, among others, Hamburg, Mainz and Eastern Lower Saxony."""

SOUTH_WESTERN: dict[Allergen, str] = {
    Allergen.CELERY: "Se",
    Allergen.MUSTARD: "Sn",
    Allergen.SESAME: "Sa",
    Allergen.SULPHITES: "Sf",
}
"""The codes of, among others, Heidelberg and Karlsruhe: `Se` and `Sf` mean other things than in the north."""

LEGENDS: tuple[tuple[str, dict[Allergen, str]], ...] = (("Sl Sw En Mi La", NORTHERN), ("Sn Sa Er", SOUTH_WESTERN))
"""Each legend after the codes that give it away."""
