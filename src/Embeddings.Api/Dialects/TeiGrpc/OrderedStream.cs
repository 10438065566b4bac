using System.Threading.Channels;
using Embeddings.Api.Limits;
using Grpc.Core;

namespace Embeddings.Api.Dialects.TeiGrpc;

/// <summary>
/// Answers a stream of messages in their order, several at a time, so that the model always has some to put into a
/// batch. A client that sends faster than the model reads, or does not read the replies, has to wait.
/// </summary>
internal static class OrderedStream
{
    /// <summary>Messages that are read and not answered yet; a message has at most 4 MB.</summary>
    private const int MostInWork = 32;

    /// <param name="requests">The messages.</param>
    /// <param name="replies">Gets a reply to each.</param>
    /// <param name="context">The call.</param>
    /// <param name="answer">Answers one; its second argument says whether an earlier one was answered already.</param>
    public static async Task AnswerAsync<TRequest, TReply>(
        IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TReply> replies, ServerCallContext context,
        Func<TRequest, bool, CancellationToken, Task<TReply>> answer)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var body = (HeldBody)context.GetHttpContext().Request.Body;
        var work = Channel.CreateBounded<(Task<TReply> Reply, long Bytes)>(MostInWork);
        var isBegun = false;
        var reading = ReadAsync();
        try
        {
            await foreach (var (reply, bytes) in work.Reader.ReadAllAsync(end.Token))
            {
                try
                {
                    await replies.WriteAsync(await reply, end.Token);
                    isBegun = true;
                }
                finally
                {
                    body.ReleaseTaken(bytes);
                }
            }
        }
        finally
        {
            await end.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // Replies to which nobody waits any longer.
            while (work.Reader.TryRead(out var left))
            {
                await ((Task)left.Reply).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                body.ReleaseTaken(left.Bytes);
            }
        }

        async Task ReadAsync()
        {
            try
            {
                while (await requests.MoveNext(end.Token))
                {
                    await work.Writer.WaitToWriteAsync(end.Token);
                    work.Writer.TryWrite((answer(requests.Current, isBegun, end.Token), body.Take()));
                }

                work.Writer.Complete();
            }
            catch (Exception exception)
            {
                work.Writer.Complete(exception);
            }
        }
    }
}
