"""Prints the names of all transfer syntaxes that pydicom knows, by their UIDs, as JSON."""
import json

from pydicom._uid_dict import UID_dictionary

names = {uid: name for uid, (name, kind, *_) in UID_dictionary.items() if kind == "Transfer Syntax"}
print(json.dumps(names))
