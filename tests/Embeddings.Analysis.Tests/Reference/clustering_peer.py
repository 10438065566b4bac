"""scikit-learn and SciPy cluster the same rows.

Standard input:  {"task", "rows": base64 of float32, "dimensions", and what the task needs}
Standard output: what the task gives, as below.
"""
import base64
import json
import sys

import numpy
from scipy.sparse.csgraph import minimum_spanning_tree
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.metrics import (adjusted_rand_score, euclidean_distances, normalized_mutual_info_score,
                             silhouette_score)

request = json.load(sys.stdin)
dimensions = request.get("dimensions")


def floats(name):
    return numpy.frombuffer(base64.b64decode(request[name]), dtype="<f4").reshape(-1, dimensions).astype("float64")


def k_means():
    start = floats("start")
    model = KMeans(len(start), init=start, n_init=1, algorithm="lloyd").fit(floats("rows"))
    return {"labels": model.labels_.tolist(), "inertia": model.inertia_, "iterations": model.n_iter_}


def best_k_means():
    model = KMeans(request["clusters"], n_init=10, random_state=0).fit(floats("rows"))
    return {"inertia": model.inertia_}


def spanning_tree():
    distances = euclidean_distances(floats("rows"))
    numpy.fill_diagonal(distances, 0)
    cores = numpy.sort(distances, axis=1)[:, request["min_samples"] - 1]
    reachability = numpy.maximum(distances, numpy.maximum.outer(cores, cores))
    return {"sum": minimum_spanning_tree(reachability).sum()}


def hdbscan():
    model = HDBSCAN(
        min_cluster_size=request["min_cluster_size"], min_samples=request["min_samples"],
        cluster_selection_method=request["selection"], algorithm="brute").fit(floats("rows"))
    return {"labels": model.labels_.tolist(), "probabilities": model.probabilities_.tolist()}


def scores():
    x, y = request["x"], request["y"]
    return {
        "information": normalized_mutual_info_score(x, y),
        "rand": adjusted_rand_score(x, y),
        "silhouette": silhouette_score(floats("rows"), x),
    }


json.dump(globals()[request["task"]](), sys.stdout)
