variable "role_name" {
  description = "The role that the collector assumes to deliver. Its ARN is the destinations' role address."
  type        = string
  default     = "segment"
}

variable "collector_arn" {
  description = "The ARN of the IAM role or user that runs the collector."
  type        = string
}

variable "external_ids" {
  description = "The destinations' secret IDs."
  type        = set(string)
  sensitive   = true

  validation {
    condition     = length(var.external_ids) > 0
    error_message = "Expected at least one secret ID: a role without is assumed by whoever knows its name."
  }
}

variable "kinesis_stream_arns" {
  description = "The ARNs of the Kinesis data streams to deliver to."
  type        = set(string)
  default     = []
}

variable "kinesis_kms_key_arns" {
  description = "The ARNs of the KMS keys of your own that these data streams are encrypted with."
  type        = set(string)
  default     = []
}

variable "delivery_stream_arns" {
  description = "The ARNs of the Firehose delivery streams to deliver to."
  type        = set(string)
  default     = []
}

variable "delivery_stream_kms_key_arns" {
  description = "The ARNs of the KMS keys of your own that these delivery streams are encrypted with."
  type        = set(string)
  default     = []
}
