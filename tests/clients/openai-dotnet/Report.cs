using System.ClientModel;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Embeddings.Clients;

/// <summary>What the program tells the test: one JSON line a case.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Plain =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task Vectors(string name, IEnumerable<ReadOnlyMemory<float>> vectors, string? model, long? promptTokens) =>
        Write(new { @case = name, vectors, model, prompt_tokens = promptTokens });

    public static Task Models(string name, IEnumerable<string> ids) => Write(new { @case = name, ids });

    /// <summary>
    /// Awaits a call that the server must refuse, and reports the exception as the client's user sees it.
    /// </summary>
    public static async Task Refusal(string name, Func<Task> call)
    {
        try
        {
            await call();
            await Write(new { @case = name });
        }
        catch (ClientResultException refused)
        {
            // The client has no property for the code. Its message begins "HTTP 404 (invalid_request_error:
            // model_not_found)".
            var code = refused.Message.Split('(', ')').ElementAtOrDefault(1)?.Split(": ").Last();
            var exception = refused.GetType().Name;
            await Write(new { @case = name, exception, status = refused.Status, code, message = refused.Message });
        }
    }

    private static Task Write<T>(T line) => Console.Out.WriteLineAsync(JsonSerializer.Serialize(line, Plain));
}
