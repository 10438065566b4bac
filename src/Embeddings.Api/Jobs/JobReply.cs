using System.Net.Mime;
using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Jobs;

/// <summary>The reply of a route whose work is a job: its result, or, if that takes too long, where to look for it.</summary>
/// <param name="job">The job.</param>
/// <param name="summary">What it took to embed the texts of the request.</param>
internal sealed class JobReply(Job job, EmbeddingSummary summary) : IResult
{
    /// <summary>Seconds that a request waits for its result unless it says otherwise.</summary>
    public const int WaitUnlessSaid = 10;

    private const int LongestWait = 60;

    /// <summary>Declares both replies for the OpenAPI document.</summary>
    public static RouteHandlerBuilder Describe<TResult>(RouteHandlerBuilder route) =>
        route.Produces<TResult>().Produces<JobObject>(StatusCodes.Status202Accepted);

    /// <summary>The time that a request waits for its result.</summary>
    /// <param name="seconds">What the request says, in seconds.</param>
    /// <param name="absent">What it means to say nothing, in seconds.</param>
    /// <exception cref="InvalidRequestException">It is longer than a minute, or negative.</exception>
    public static TimeSpan Wait(int? seconds, int absent = WaitUnlessSaid) =>
        TimeSpan.FromSeconds(ContractWords.Number(seconds, "wait", 0, LongestWait, absent));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        summary.WriteTo(response.Headers);
        if (job.Status == JobStatus.Done)
        {
            response.ContentType = $"{MediaTypeNames.Application.Json}; charset=utf-8";
            response.ContentLength = job.Result.Length;
            await response.Body.WriteAsync(job.Result, httpContext.RequestAborted);
            return;
        }

        response.StatusCode = StatusCodes.Status202Accepted;
        response.Headers.Location = $"{httpContext.Request.PathBase}/jobs/{job.Id}";
        await response.WriteAsJsonAsync(JobObject.Of(job), httpContext.RequestAborted);
    }
}
