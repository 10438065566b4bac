using System.Collections.Frozen;

namespace Embeddings.Analysis.Topics;

/// <summary>
/// English words that say nothing about a topic. In other languages such words are noticed by being everywhere
/// (<see cref="TopicWords"/>).
/// </summary>
internal static class StopWords
{
    // The pieces that contractions leave behind an apostrophe are among them: don't, we'll, I've.
    private const string English = """
        a about above across actually after again against ago ain all almost alone along already also although always
        am among an and another any anybody anyone anything anyway anywhere are aren around as at away back be became
        because become becomes been before behind being below beside besides between beyond both but by came can
        cannot cant come comes could couldn couldnt did didn didnt do does doesn doesnt doing don done dont down during
        each either else enough especially etc even ever every everybody everyone everything everywhere except far few
        for from further gave get gets getting give given gives giving go goes going gone got had hadn hardly has hasn
        hasnt have haven havent having he hello hence her here hers herself hi him himself his how however ie if im in
        indeed instead into is isn isnt it its itself ive just keep kept knew know known knows last later least less
        let lets like likely ll made make makes making many may maybe me mean means might mine more moreover most
        mostly much must mustn my myself near nearly need needs neither never nevertheless next no nobody none nor not
        nothing now nowhere of off often oh ok on once one ones only onto or other others otherwise our ours ourselves
        out over own per perhaps please put quite rather re really said same saw say says see seem seemed seems seen
        shall shan she should shouldn shouldnt since so some somebody someone something sometimes somewhat somewhere
        soon still such sure take taken takes than thank thanks that thats the their theirs them themselves then there
        therefore these they thing things think this those though through throughout thus to together too took toward
        towards tried try trying under unless until up upon us use used uses using usually various ve very via want
        wanted wants was wasn way we well went were weren what whatever when whenever where whereas whether which while
        who whoever whole whom whose why will with within without won wont would wouldn wouldnt yes yet you your yours
        yourself yourselves
        """;

    private static readonly FrozenSet<string> Set =
        English.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        Set.GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool Contains(ReadOnlySpan<char> word) => Lookup.Contains(word);
}
