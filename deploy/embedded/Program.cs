using EcomIntel.Embedded.Kafka;

return args switch
{
    ["kafka", .. var rest] => await KafkaCommand.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine($"usage: EcomIntel.Embedded {KafkaCommand.Usage}");
    return 2;
}
