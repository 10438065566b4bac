using System.Text.Json;
using System.Text.Json.Serialization;

namespace Embeddings.Api.Jobs;

/// <summary>Work that takes longer than its request.</summary>
/// <param name="Object">Always <c>job</c>.</param>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What it makes: <c>projection</c>, <c>topics</c> or <c>clusters</c>.</param>
/// <param name="Collection">The collection that it reads; null for texts or vectors of the request.</param>
/// <param name="Status"><c>queued</c>, <c>running</c>, <c>done</c>, <c>failed</c> or <c>cancelled</c>.</param>
/// <param name="Progress">How much is done, from 0 to 1.</param>
/// <param name="Created">When it was asked for, in seconds since 1970.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Result">What the request would have been answered. Only in the reply for one job, when it is done.</param>
public sealed record JobObject(
    string Object,
    string Id,
    string Kind,
    string? Collection,
    string Status,
    double Progress,
    long Created,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JobError? Error,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JobResult? Result)
{
    internal static JobObject Of(Job job, bool withResult = false) => new(
        "job",
        job.Id,
        job.Work.Kind,
        job.Work.Collection,
        JsonNamingPolicy.SnakeCaseLower.ConvertName(job.Status.ToString()),
        Math.Round(job.Progress, 3),
        job.Created.ToUnixTimeSeconds(),
        job.Failure is { } failure ? new JobError(failure.Message, failure.Field, failure.Kind.Code) : null,
        withResult && !job.Result.IsEmpty ? new JobResult(job.Result) : null);
}

/// <summary>Why a job failed.</summary>
/// <param name="Message">What is wrong, where, and what to do.</param>
/// <param name="Param">The field of the request at fault.</param>
/// <param name="Code">A word for programs.</param>
public sealed record JobError(string Message, string? Param, string? Code);

/// <summary>What a job has made, as JSON in UTF-8.</summary>
/// <param name="Json">A whole JSON value.</param>
[JsonConverter(typeof(JobResultConverter))]
public sealed record JobResult(ReadOnlyMemory<byte> Json);

internal sealed class JobResultConverter : JsonConverter<JobResult>
{
    public override JobResult Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Results are only written.");

    public override void Write(Utf8JsonWriter writer, JobResult value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Json.Span, skipInputValidation: true);
}

/// <summary>The jobs that are known.</summary>
/// <param name="Object">Always <c>list</c>.</param>
/// <param name="Data">The newest first, without their results.</param>
public sealed record JobList(string Object, IReadOnlyList<JobObject> Data);
