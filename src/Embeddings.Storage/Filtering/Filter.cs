namespace Embeddings.Storage.Filtering;

/// <summary>
/// A condition on the metadata of a document. A field that holds a list matches if one of its items does; in a list of
/// objects, each object's field is an item. A document without the field matches no comparison, and therefore every
/// negated comparison. Values of different types are neither equal nor ordered.
/// </summary>
public abstract record Filter
{
    private Filter()
    {
    }

    /// <summary>Number of filters in this one, itself included: the cost of evaluating it for a document.</summary>
    public virtual int Size => 1;

    /// <summary>Whether a document with these fields matches.</summary>
    public abstract bool Matches(MetadataFields fields);

    /// <summary>Matches if all of several filters do; without any, always.</summary>
    public sealed record All(IReadOnlyList<Filter> Filters) : Filter
    {
        /// <inheritdoc/>
        public override int Size => 1 + Filters.Sum(filter => filter.Size);

        /// <inheritdoc/>
        public override bool Matches(MetadataFields fields)
        {
            for (var i = 0; i < Filters.Count; i++)
            {
                if (!Filters[i].Matches(fields))
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Matches if at least one of several filters does; without any, never.</summary>
    public sealed record Any(IReadOnlyList<Filter> Filters) : Filter
    {
        /// <inheritdoc/>
        public override int Size => 1 + Filters.Sum(filter => filter.Size);

        /// <inheritdoc/>
        public override bool Matches(MetadataFields fields)
        {
            for (var i = 0; i < Filters.Count; i++)
            {
                if (Filters[i].Matches(fields))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Matches if another filter does not.</summary>
    public sealed record Not(Filter Filter) : Filter
    {
        /// <inheritdoc/>
        public override int Size => 1 + Filter.Size;

        /// <inheritdoc/>
        public override bool Matches(MetadataFields fields) => !Filter.Matches(fields);
    }

    /// <summary>Matches if the field has a value, a list or an object. Null counts as absent.</summary>
    public sealed record Exists(string Field) : Filter
    {
        private readonly FieldPath _field = new(Field);

        /// <inheritdoc/>
        public override bool Matches(MetadataFields fields) => fields.Has(_field);
    }

    /// <summary>Matches if the field, or one of its items, equals one of several values.</summary>
    public sealed record In(string Field, IReadOnlySet<MetadataValue> Values) : Filter
    {
        private readonly FieldPath _field = new(Field);

        /// <inheritdoc/>
        public override bool Matches(MetadataFields fields)
        {
            if (!fields.TryGet(_field, out var value))
            {
                return false;
            }

            if (Values.Contains(value))
            {
                return true;
            }

            foreach (var item in value.Items ?? [])
            {
                if (Values.Contains(item))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Matches if the field, or one of its items, compares with a value as said.</summary>
    public sealed record Compare(string Field, Comparison Comparison, MetadataValue Value) : Filter
    {
        private readonly FieldPath _field = new(Field);

        /// <inheritdoc/>
        public override bool Matches(MetadataFields fields)
        {
            if (!fields.TryGet(_field, out var value))
            {
                return false;
            }

            if (Holds(value))
            {
                return true;
            }

            foreach (var item in value.Items ?? [])
            {
                if (Holds(item))
                {
                    return true;
                }
            }

            return false;
        }

        private bool Holds(MetadataValue value) => Comparison switch
        {
            Comparison.Equal => value == Value,
            Comparison.Greater => value.CompareTo(Value) > 0,
            Comparison.GreaterOrEqual => value.CompareTo(Value) >= 0,
            Comparison.Less => value.CompareTo(Value) < 0,
            _ => value.CompareTo(Value) <= 0,
        };
    }
}

/// <summary>How a field compares with a value.</summary>
public enum Comparison
{
    /// <summary>The same value.</summary>
    Equal,

    /// <summary>More than it.</summary>
    Greater,

    /// <summary>More, or the same.</summary>
    GreaterOrEqual,

    /// <summary>Less than it.</summary>
    Less,

    /// <summary>Less, or the same.</summary>
    LessOrEqual,
}
