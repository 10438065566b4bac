using Embeddings.Api.Dialects.Tei;
using Embeddings.Api.Errors;
using Grpc.Core;
using Grpc.Core.Interceptors;
using RpcStatus = Grpc.Core.Status;

namespace Embeddings.Api.Dialects.TeiGrpc;

/// <summary>Gives every failure the code and the sentence that it has at Text Embeddings Inference.</summary>
internal sealed partial class FailureInterceptor(ILogger<FailureInterceptor> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception exception) when (StatusOf(exception, context) is { } status)
        {
            throw new RpcException(status);
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(requestStream, context);
        }
        catch (Exception exception) when (StatusOf(exception, context) is { } status)
        {
            throw new RpcException(status);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception exception) when (StatusOf(exception, context) is { } status)
        {
            throw new RpcException(status);
        }
    }

    // Null for what gRPC knows already: its own failures, and a client that has gone.
    private RpcStatus? StatusOf(Exception exception, ServerCallContext context)
    {
        if (exception is RpcException || context.CancellationToken.IsCancellationRequested)
        {
            return null;
        }

        var failure = ErrorTable.Of(exception);
        if (failure.Status == StatusCodes.Status500InternalServerError)
        {
            LogFailure(exception, context.Method);
        }

        var (error, type) = TeiErrors.Of(failure);
        return new RpcStatus(
            type switch
            {
                TeiErrorType.Backend => StatusCode.FailedPrecondition,
                TeiErrorType.Overloaded => StatusCode.ResourceExhausted,
                TeiErrorType.Unhealthy => StatusCode.Unavailable,
                _ => StatusCode.InvalidArgument,
            },
            error);
    }

    [LoggerMessage(LogLevel.Error, "{Method} failed")]
    private partial void LogFailure(Exception exception, string method);
}
