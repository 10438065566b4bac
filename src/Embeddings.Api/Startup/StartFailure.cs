using System.Net.Sockets;
using Embeddings.Inference.Models;
using Embeddings.Storage;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Startup;

/// <summary>Explains failures that an operator can mend in a sentence instead of a stack trace.</summary>
internal static class StartFailure
{
    /// <summary>The sentence, or null for a fault of the program itself.</summary>
    public static string? Explain(Exception exception) => exception switch
    {
        ModelException or StoreException or OptionsValidationException => exception.Message,
        IOException { InnerException: not null } when exception.Message.Contains(
            "address already in use", StringComparison.OrdinalIgnoreCase)
            => $"{exception.Message} Choose another with --urls http://localhost:9000.",
        // For a settings file that is no JSON, only the inner exceptions say where.
        InvalidDataException or FormatException =>
            string.Join(' ', Chain(exception).Select(inner => inner.Message).Distinct()),
        IOException or SocketException when Refused(exception) is { } refused => refused,
        IOException or UnauthorizedAccessException or SocketException => exception.Message,
        InvalidOperationException or ArgumentException when IsConfiguration(exception) => exception.Message,
        _ => null,
    };

    // Kestrel's message names at most the address. The reason is in the exception of the socket.
    private static string? Refused(Exception exception)
    {
        var address = exception is SocketException
            ? "The server cannot listen where it was told to."
            : exception.Message;
        return exception.GetBaseException() is not SocketException socket ? null : socket.SocketErrorCode switch
        {
            SocketError.AccessDenied =>
                $"{address} Ports below 1024 need a right that this process does not have: choose another " +
                "with --urls http://localhost:8080.",
            SocketError.AddressNotAvailable =>
                $"{address} This machine has no such address: choose one that it has, such as --urls " +
                "http://localhost:8080.",
            _ => null,
        };
    }

    // Kestrel and the configuration binder have no exception types of their own for wrong settings.
    private static bool IsConfiguration(Exception exception) =>
        exception.TargetSite?.DeclaringType?.Namespace is { } source
        && (source.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) || source.StartsWith("Microsoft.Extensions.Configuration", StringComparison.Ordinal) || source.StartsWith("Serilog", StringComparison.Ordinal));

    private static IEnumerable<Exception> Chain(Exception exception)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            yield return inner;
        }
    }
}
