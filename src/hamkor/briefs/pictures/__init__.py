"""The brief's pictures: facts in, a chart with its text alternative and the facts printed in it out."""

from hamkor.briefs.pictures.frame import FONTS
from hamkor.briefs.pictures.partners import partners_picture, slope_picture
from hamkor.briefs.pictures.parts import waterfall_picture
from hamkor.briefs.pictures.path import path_picture
from hamkor.briefs.pictures.region import matrix_picture
from hamkor.briefs.pictures.sides import sides_picture

__all__ = [
    "FONTS", "matrix_picture", "partners_picture", "path_picture", "sides_picture", "slope_picture", "waterfall_picture",
]  # fmt: skip
