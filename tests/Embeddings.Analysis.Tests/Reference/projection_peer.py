"""umap-learn and scikit-learn themselves: what they make of vectors, stage by stage.

Standard input:  see ProjectionReferenceTests.cs; arrays are row-major lists.
Standard output: {"curve", "graph", "spectral", "pca", "pca_ratio", "affinities", "trustworthiness",
                  "umap", "tsne", "tsne_divergence"}; graphs are [rows, columns, values].
"""
import json
import sys
import warnings

warnings.filterwarnings("ignore")

import numpy
import scipy.linalg
import scipy.sparse
import umap.umap_
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE, trustworthiness
from sklearn.manifold._t_sne import _joint_probabilities_nn

request = json.load(sys.stdin)
vectors = numpy.array(request["vectors"], dtype="float32").reshape(-1, request["dimensions"])
count = len(vectors)


def table(name, dtype):
    return numpy.array(request[name], dtype=dtype).reshape(count, -1)


def triples(graph):
    graph = graph.tocoo()
    return [graph.row.tolist(), graph.col.tolist(), graph.data.astype(float).tolist()]


# umap-learn counts a vector as its own first neighbour.
own = numpy.arange(count)[:, None]
indices = numpy.hstack([own, table("umap_indices", "int32")])
distances = numpy.hstack([numpy.zeros((count, 1), "float32"), table("umap_distances", "float32")])
graph, _, _ = umap.umap_.fuzzy_simplicial_set(
    vectors, indices.shape[1], numpy.random.RandomState(42), "cosine", knn_indices=indices, knn_dists=distances)

# The eigenvectors that umap-learn's spectral layout asks for, without its tolerance of 1e-4.
roots = numpy.sqrt(numpy.asarray(graph.sum(axis=0)).ravel())
laplacian = numpy.eye(count) - graph.toarray() / numpy.outer(roots, roots)
_, spectral = scipy.linalg.eigh(laplacian, subset_by_index=[1, 2])

near, squares = table("tsne_indices", "int32"), table("tsne_squares", "float64")
starts = numpy.arange(count + 1) * near.shape[1]
affinities = _joint_probabilities_nn(
    scipy.sparse.csr_matrix((squares.ravel(), near.ravel(), starts), shape=(count, count)), request["perplexity"], 0)

pca = PCA(n_components=3, svd_solver="full").fit(vectors.astype("float64"))
tsne = TSNE(perplexity=request["perplexity"], init="pca", learning_rate="auto", method="barnes_hut", n_iter=1000)
tsne_map = tsne.fit_transform(vectors)
json.dump(
    {
        "curve": [umap.umap_.find_ab_params(spread, least) for spread, least in request["curves"]],
        "graph": triples(graph),
        "spectral": spectral.tolist(),
        "pca": pca.components_.tolist(),
        "pca_ratio": pca.explained_variance_ratio_.tolist(),
        "affinities": triples(affinities),
        "trustworthiness": trustworthiness(
            vectors.astype("float64"), table("map", "float64"), n_neighbors=request["k"], metric="euclidean"),
        "umap": umap.UMAP(metric="cosine", random_state=42).fit_transform(vectors).ravel().tolist(),
        "tsne": tsne_map.ravel().tolist(),
        "tsne_divergence": float(tsne.kl_divergence_),
    },
    sys.stdout,
)
