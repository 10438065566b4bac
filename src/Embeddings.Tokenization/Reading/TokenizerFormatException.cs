namespace Embeddings.Tokenization.Reading;

/// <summary>
/// A <c>tokenizer.json</c> cannot be used: it is not JSON, it lacks something, or it names a kind that is not known
/// here. The message says which part of the file it is and what is wrong with it.
/// </summary>
/// <param name="message">A sentence for the person who chose the file.</param>
/// <param name="inner">What was noticed first, if anything.</param>
public sealed class TokenizerFormatException(string message, Exception? inner = null) : Exception(message, inner);
