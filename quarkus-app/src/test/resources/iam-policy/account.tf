resource "aws_iam_role" "_2nd_role" {
  name = "2nd-role"
  path = "/"

  assume_role_policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : {
      "Sid" : "CollectorWithSecretId",
      "Effect" : "Allow",
      "Principal" : {
        "AWS" : "arn:aws:iam::123456789012:user/local-aws"
      },
      "Action" : "sts:AssumeRole",
      "Condition" : {
        "StringEquals" : {
          "sts:ExternalId" : "ws_first"
        }
      }
    }
  })
}

resource "aws_iam_role_policy" "_2nd_role" {
  name = "segment"
  role = aws_iam_role._2nd_role.id

  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "PutToKinesis",
        "Effect" : "Allow",
        "Action" : [
          "kinesis:PutRecord",
          "kinesis:PutRecords"
        ],
        "Resource" : "arn:aws:kinesis:us-west-2:123456789012:stream/events"
      },
      {
        "Sid" : "AskForRecordSizeAndCheckStream",
        "Effect" : "Allow",
        "Action" : "kinesis:DescribeStreamSummary",
        "Resource" : "arn:aws:kinesis:us-west-2:123456789012:stream/events"
      },
      {
        "Sid" : "CheckOwnPermissions",
        "Effect" : "Allow",
        "Action" : "iam:SimulatePrincipalPolicy",
        "Resource" : "arn:aws:iam::123456789012:role/2nd-role"
      }
    ]
  })
}

resource "aws_iam_role" "example_role" {
  name = "example-role"
  path = "/tenants/"

  assume_role_policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : {
      "Sid" : "CollectorWithSecretId",
      "Effect" : "Allow",
      "Principal" : {
        "AWS" : "arn:aws:iam::123456789012:user/local-aws"
      },
      "Action" : "sts:AssumeRole",
      "Condition" : {
        "StringEquals" : {
          "sts:ExternalId" : [
            "ws_first",
            "ws_second"
          ]
        }
      }
    }
  })
}

resource "aws_iam_role_policy" "example_role" {
  name = "segment"
  role = aws_iam_role.example_role.id

  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "PutToKinesis",
        "Effect" : "Allow",
        "Action" : [
          "kinesis:PutRecord",
          "kinesis:PutRecords"
        ],
        "Resource" : "arn:aws:kinesis:eu-west-1:123456789012:stream/events"
      },
      {
        "Sid" : "AskForRecordSizeAndCheckStream",
        "Effect" : "Allow",
        "Action" : "kinesis:DescribeStreamSummary",
        "Resource" : "arn:aws:kinesis:eu-west-1:123456789012:stream/events"
      },
      {
        "Sid" : "EncryptInKinesis",
        "Effect" : "Allow",
        "Action" : "kms:GenerateDataKey",
        "Resource" : "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
      },
      {
        "Sid" : "PutToFirehose",
        "Effect" : "Allow",
        "Action" : [
          "firehose:PutRecord",
          "firehose:PutRecordBatch"
        ],
        "Resource" : [
          "arn:aws:firehose:eu-west-1:123456789012:deliverystream/everything",
          "arn:aws:firehose:eu-west-1:123456789012:deliverystream/new_users",
          "arn:aws:firehose:eu-west-1:123456789012:deliverystream/pages"
        ]
      },
      {
        "Sid" : "CheckDeliveryStream",
        "Effect" : "Allow",
        "Action" : "firehose:DescribeDeliveryStream",
        "Resource" : [
          "arn:aws:firehose:eu-west-1:123456789012:deliverystream/everything",
          "arn:aws:firehose:eu-west-1:123456789012:deliverystream/new_users",
          "arn:aws:firehose:eu-west-1:123456789012:deliverystream/pages"
        ]
      },
      {
        "Sid" : "EncryptInFirehose",
        "Effect" : "Allow",
        "Action" : [
          "kms:Decrypt",
          "kms:GenerateDataKey"
        ],
        "Resource" : "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
      },
      {
        "Sid" : "CheckOwnPermissions",
        "Effect" : "Allow",
        "Action" : "iam:SimulatePrincipalPolicy",
        "Resource" : "arn:aws:iam::123456789012:role/tenants/example-role"
      }
    ]
  })
}

resource "aws_iam_policy" "segment_collector" {
  name        = "segment-collector"
  description = "Permissions for the principal that runs camel-segment"

  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Sid" : "PutToKinesis",
        "Effect" : "Allow",
        "Action" : [
          "kinesis:PutRecord",
          "kinesis:PutRecords"
        ],
        "Resource" : "arn:aws:kinesis:us-west-2:123456789012:stream/own"
      },
      {
        "Sid" : "AskForRecordSizeAndCheckStream",
        "Effect" : "Allow",
        "Action" : "kinesis:DescribeStreamSummary",
        "Resource" : "arn:aws:kinesis:us-west-2:123456789012:stream/own"
      },
      {
        "Sid" : "CheckOwnPermissions",
        "Effect" : "Allow",
        "Action" : "iam:SimulatePrincipalPolicy",
        "Resource" : "arn:aws:iam::123456789012:user/local-aws"
      }
    ]
  })
}

resource "aws_iam_user_policy_attachment" "segment_collector" {
  user       = "local-aws"
  policy_arn = aws_iam_policy.segment_collector.arn
}
