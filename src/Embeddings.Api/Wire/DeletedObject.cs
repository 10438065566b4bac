namespace Embeddings.Api.Wire;

/// <summary>What was deleted.</summary>
/// <param name="Object"><c>collection.deleted</c>, <c>document.deleted</c> or <c>job.deleted</c>.</param>
/// <param name="Id">Name of the collection, or id of the document or job.</param>
/// <param name="Deleted">Always true.</param>
public sealed record DeletedObject(string Object, string Id, bool Deleted);
