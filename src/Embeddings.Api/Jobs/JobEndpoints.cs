using Embeddings.Api.Errors;
using Embeddings.Api.Wire;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embeddings.Api.Jobs;

/// <summary>Routes of jobs, which other routes begin.</summary>
internal static class JobEndpoints
{
    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/jobs").WithTags("Jobs").RefusesUnknownParameters()
            .ProducesErrors(StatusCodes.Status401Unauthorized);
        group.MapGet("/", ListJobs);
        group.MapGet("/{id}", GetJob)
            .ProducesErrors(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound);
        group.MapDelete("/{id}", DeleteJob).ProducesErrors(StatusCodes.Status404NotFound);
    }

    /// <summary>List the jobs</summary>
    /// <remarks>Those that wait, run, or have ended of late, without their results.</remarks>
    /// <response code="200">The jobs, the newest first.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    internal static Ok<JobList> ListJobs(JobQueue jobs) =>
        TypedResults.Ok(new JobList("list", [.. jobs.List().Select(job => JobObject.Of(job))]));

    /// <summary>Look at a job</summary>
    /// <param name="id" example="latest">Id of the job, or <c>latest</c>.</param>
    /// <param name="jobs">Finds it.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <param name="wait" example="10">Seconds to wait for its end, 0 to 60.</param>
    /// <response code="200">The job, with its result if it is done.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">There is no such job, or no longer.</response>
    internal static async Task<Ok<JobObject>> GetJob(
        string id, JobQueue jobs, CancellationToken cancellationToken, int? wait = null) =>
        TypedResults.Ok(JobObject.Of(
            await jobs.FindAsync(id, JobReply.Wait(wait, absent: 0), cancellationToken), withResult: true));

    /// <summary>Cancel a job</summary>
    /// <remarks>Whoever waits for it gets a 409. The result of a job that has ended is forgotten.</remarks>
    /// <param name="id" example="latest">Id of the job, or <c>latest</c>.</param>
    /// <param name="jobs">Finds it.</param>
    /// <response code="200">It stops soon, if it has not ended.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">There is no such job, or no longer.</response>
    internal static Ok<DeletedObject> DeleteJob(string id, JobQueue jobs)
    {
        jobs.Delete(id);
        return TypedResults.Ok(new DeletedObject("job.deleted", id, true));
    }
}
