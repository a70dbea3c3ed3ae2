using EcomIntel.Ml.DelayRisk;
using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace EcomIntel.Ml.Evaluation.Delay;

/// <summary>Logistic regression on the model's own features, each scaled to a deviation of 1: a baseline.</summary>
internal sealed class LogisticDelay
{
    private readonly MLContext _ml = new(1);
    private readonly TransformerChain<BinaryPredictionTransformer<CalibratedModelParametersBase<LinearBinaryModelParameters, PlattCalibrator>>> _model;
    private readonly IReadOnlyList<int> _daysLate;

    public LogisticDelay(IReadOnlyList<(DelayRow Row, LineOutcome Outcome)> seen)
    {
        _daysLate = [.. seen.Where(each => each.Outcome is { IsFinal: true, Late: true }).Select(each => each.Outcome.Days)];
        var rows = seen.Select(each => new Example { Features = each.Row.Features, Label = each.Outcome.Late });
        _model = _ml.Transforms.NormalizeMeanVariance(nameof(Example.Features), fixZero: false)
            .Append(_ml.BinaryClassification.Trainers.LbfgsLogisticRegression(new LbfgsLogisticRegressionBinaryTrainer.Options { NumberOfThreads = 1 }))
            .Fit(_ml.Data.LoadFromEnumerable(rows, Schema()));
    }

    public IReadOnlyList<DelayDistribution> Predict(IEnumerable<DelayRow> rows) =>
    [
        .. _ml.Data.CreateEnumerable<Scored>(
                _model.Transform(_ml.Data.LoadFromEnumerable(rows.Select(row => new Example { Features = row.Features }), Schema())), reuseRowObject: false)
            .Select(scored => DelayDistribution.Of(scored.Probability, _daysLate)),
    ];

    private static SchemaDefinition Schema()
    {
        var schema = SchemaDefinition.Create(typeof(Example));
        schema[nameof(Example.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, DelayFeatures.Names.Count);
        return schema;
    }

    private sealed class Example
    {
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }

    private sealed class Scored
    {
        public float Probability { get; set; }
    }
}
