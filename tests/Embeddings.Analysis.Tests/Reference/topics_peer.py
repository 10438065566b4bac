"""Class-based TF-IDF of scikit-learn's counts, after BERTopic's formula with reduce_frequent_words.

Standard input:  {"texts": [...], "topics": [...]}
Standard output: for each topic {word: weight}.
"""
import json
import sys

import numpy
from sklearn.feature_extraction.text import CountVectorizer

request = json.load(sys.stdin)
classes = [
    " ".join(text for text, topic in zip(request["texts"], request["topics"]) if topic == number)
    for number in range(max(request["topics"]) + 1)
]
vectorizer = CountVectorizer()
counts = vectorizer.fit_transform(classes).toarray().astype("float64")
average = int(counts.sum(axis=1).mean())
weights = numpy.sqrt(counts / counts.sum(axis=1, keepdims=True)) * numpy.log(1 + average / counts.sum(axis=0))
words = vectorizer.get_feature_names_out()
json.dump([{word: weight for word, weight in zip(words, row) if weight > 0} for row in weights.tolist()], sys.stdout)
