using System.Collections;
using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace EcomIntel.Core.Database.ClickHouse;

/// <summary>The value of a <c>{name:Type}</c> placeholder. The placeholder says the type; <see cref="ClickHouseType"/>, if set, goes before it.</summary>
public sealed class ClickHouseParameter : DbParameter
{
    private string name = "";

    public ClickHouseParameter()
    {
    }

    public ClickHouseParameter(string name, object? value)
    {
        ParameterName = name;
        Value = value;
    }

    /// <summary>Without the braces; a leading @ is dropped.</summary>
    [AllowNull]
    public override string ParameterName { get => name; set => name = value?.TrimStart('@') ?? ""; }

    /// <summary>A ClickHouse type, <c>Array(String)</c> say; default the placeholder's.</summary>
    public string? ClickHouseType { get; set; }

    public override object? Value { get; set; }

    /// <summary>Kept but not looked at: the placeholder says the type.</summary>
    public override DbType DbType { get; set; } = DbType.Object;

    public override ParameterDirection Direction
    {
        get => ParameterDirection.Input;
        set
        {
            if (value != ParameterDirection.Input)
                throw new NotSupportedException("ClickHouse's parameters only go in.");
        }
    }

    public override bool IsNullable { get; set; }

    public override int Size { get; set; }

    [AllowNull]
    public override string SourceColumn { get => field ?? ""; set; }

    public override bool SourceColumnNullMapping { get; set; }

    public override void ResetDbType() => DbType = DbType.Object;
}

/// <summary>A command's parameters, by name.</summary>
[SuppressMessage("Design", "CA1010", Justification = "What an ADO.NET parameter collection is, is System.Data's to say.")]
public sealed class ClickHouseParameterCollection : DbParameterCollection
{
    private readonly List<ClickHouseParameter> parameters = [];

    public override int Count => parameters.Count;

    public override object SyncRoot => ((ICollection)parameters).SyncRoot;

    public ClickHouseParameter Add(string name, object? value)
    {
        var parameter = new ClickHouseParameter(name, value);
        parameters.Add(parameter);
        return parameter;
    }

    public override int Add(object value)
    {
        parameters.Add(Own(value));
        return parameters.Count - 1;
    }

    public override void AddRange(Array values)
    {
        foreach (var value in values)
            Add(value);
    }

    public override void Clear() => parameters.Clear();

    public override bool Contains(object value) => value is ClickHouseParameter own && parameters.Contains(own);

    public override bool Contains(string value) => IndexOf(value) >= 0;

    public override void CopyTo(Array array, int index) => ((ICollection)parameters).CopyTo(array, index);

    public override IEnumerator GetEnumerator() => parameters.GetEnumerator();

    public override int IndexOf(object value) => value is ClickHouseParameter own ? parameters.IndexOf(own) : -1;

    public override int IndexOf(string parameterName) => parameters.FindIndex(parameter => parameter.ParameterName == parameterName.TrimStart('@'));

    public override void Insert(int index, object value) => parameters.Insert(index, Own(value));

    public override void Remove(object value) => parameters.Remove(Own(value));

    public override void RemoveAt(int index) => parameters.RemoveAt(index);

    public override void RemoveAt(string parameterName) => parameters.RemoveAt(Existing(parameterName));

    protected override DbParameter GetParameter(int index) => parameters[index];

    protected override DbParameter GetParameter(string parameterName) => parameters[Existing(parameterName)];

    protected override void SetParameter(int index, DbParameter value) => parameters[index] = Own(value);

    protected override void SetParameter(string parameterName, DbParameter value) => parameters[Existing(parameterName)] = Own(value);

    private static ClickHouseParameter Own(object value) =>
        value as ClickHouseParameter ?? throw new InvalidCastException($"A {value?.GetType().Name ?? "null"} is no ClickHouseParameter.");

    private int Existing(string name) => IndexOf(name) is >= 0 and var index ? index : throw new ArgumentException($"There is no parameter '{name}'.", nameof(name));
}
