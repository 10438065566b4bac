namespace Embeddings.Api.Wire;

/// <summary>Headers of replies that are this server's own, or OpenAI's.</summary>
internal static class ReplyHeaderNames
{
    public const string RequestId = "x-request-id";
    public const string ProcessingMilliseconds = "openai-processing-ms";
    public const string Version = "openai-version";
    public const string Model = "openai-model";
    public const string TruncatedInputs = "x-truncated-inputs";
}
