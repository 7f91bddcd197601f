"""How layers and objects of the catalogue are called in Keras 2.3.1, and what it lacks."""

from engine.catalogue.keras2.engines import written_for
from engine.catalogue.keras2.lacking import Lack, of_object, of_params
from engine.catalogue.keras2.names import VERSION, Old, counterpart, has

__all__ = ["VERSION", "Lack", "Old", "counterpart", "has", "of_object", "of_params", "written_for"]
