locals {
  trust_policy = {
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "CollectorWithSecretId"
        Effect    = "Allow"
        Principal = { AWS = var.collector_arn }
        Action    = "sts:AssumeRole"
        Condition = { StringEquals = { "sts:ExternalId" = sort(var.external_ids) } }
      }
    ]
  }

  permission_policy = {
    Version = "2012-10-17"
    Statement = [for statement in local.statements : merge(statement, { Effect = "Allow" })
    if length(statement.Resource) > 0]
  }

  statements = [
    {
      Sid      = "PutToKinesis"
      Action   = ["kinesis:PutRecord", "kinesis:PutRecords"]
      Resource = sort(var.kinesis_stream_arns)
    },
    {
      Sid      = "AskForRecordSizeAndCheckStream"
      Action   = ["kinesis:DescribeStreamSummary"]
      Resource = sort(var.kinesis_stream_arns)
    },
    {
      Sid      = "EncryptInKinesis"
      Action   = ["kms:GenerateDataKey"]
      Resource = sort(var.kinesis_kms_key_arns)
    },
    {
      Sid      = "PutToFirehose"
      Action   = ["firehose:PutRecord", "firehose:PutRecordBatch"]
      Resource = sort(var.delivery_stream_arns)
    },
    {
      Sid      = "CheckDeliveryStream"
      Action   = ["firehose:DescribeDeliveryStream"]
      Resource = sort(var.delivery_stream_arns)
    },
    {
      Sid      = "EncryptInFirehose"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = sort(var.delivery_stream_kms_key_arns)
    },
  ]
}
