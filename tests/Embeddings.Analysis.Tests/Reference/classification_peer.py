"""scikit-learn's logistic regression of the same rows.

Standard input:  {"rows", "others": base64 of float32, "dimensions", "labels", "strength"}
Standard output: {"probabilities": of the others, row after row}
"""
import base64
import json
import sys

import numpy
from sklearn.linear_model import LogisticRegression

request = json.load(sys.stdin)


def floats(name):
    numbers = numpy.frombuffer(base64.b64decode(request[name]), dtype="<f4")
    return numbers.reshape(-1, request["dimensions"]).astype("float64")


model = LogisticRegression(C=request["strength"], max_iter=5000, tol=1e-8)
model.fit(floats("rows"), request["labels"])
json.dump({"probabilities": model.predict_proba(floats("others")).ravel().tolist()}, sys.stdout)
