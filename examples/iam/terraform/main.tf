terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

resource "aws_iam_role" "segment" {
  name               = var.role_name
  description        = "Delivers Segment events to Kinesis and Firehose"
  assume_role_policy = jsonencode(local.trust_policy)
}

resource "aws_iam_role_policy" "delivery" {
  name   = "segment"
  role   = aws_iam_role.segment.id
  policy = jsonencode(local.permission_policy)
}

# Lets "segment doctor" ask what the role may do.
resource "aws_iam_role_policy" "check" {
  name = "segment-check"
  role = aws_iam_role.segment.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "CheckOwnPermissions"
        Effect   = "Allow"
        Action   = "iam:SimulatePrincipalPolicy"
        Resource = aws_iam_role.segment.arn
      }
    ]
  })
}

output "role_address" {
  description = "The destinations' role-address."
  value       = aws_iam_role.segment.arn
}
