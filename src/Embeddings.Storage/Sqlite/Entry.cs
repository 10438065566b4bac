namespace Embeddings.Storage.Sqlite;

/// <summary>What is kept in memory of a document, beside its vector. Immutable.</summary>
/// <param name="Id">The caller's id.</param>
/// <param name="Fields">What filters see.</param>
/// <param name="Revision">Number of the commit that wrote it: tells whether a row on disk is this one still.</param>
/// <param name="Checksum">Of its row on disk.</param>
internal sealed record Entry(string Id, MetadataFields Fields, long Revision, ulong Checksum);
