"""A picture of words by scikit-learn's t-SNE and matplotlib; only the client's base URL is this server's.

Arguments: the server's root URL. Standard input: a JSON array of words. Output: {"positions", "png": base64}.
"""

import base64
import io
import json
import sys

import matplotlib
import numpy
import openai
from sklearn.manifold import TSNE

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402, after the choice of what draws

words = json.loads(sys.stdin.buffer.read())
client = openai.OpenAI(base_url=f"{sys.argv[1]}/v1", api_key="unused", max_retries=0)
reply = client.embeddings.create(model="text-embedding-3-small", input=words)
vectors = numpy.array([item.embedding for item in reply.data])

positions = TSNE(n_components=2, perplexity=5, init="pca", random_state=42).fit_transform(vectors)

pyplot.figure(figsize=(6, 6))
pyplot.scatter(positions[:, 0], positions[:, 1])
for word, (x, y) in zip(words, positions):
    pyplot.annotate(word, (x, y))
picture = io.BytesIO()
pyplot.savefig(picture, format="png")

json.dump({"positions": positions.tolist(), "png": base64.b64encode(picture.getvalue()).decode()}, sys.stdout)
