#!/bin/sh
# Validates the templates with the tools that are installed; Terraform downloads its AWS provider for that.
set -eu
cd "$(dirname "$0")"

if command -v cfn-lint > /dev/null; then
    cfn-lint cloudformation.yaml
    echo "cloudformation.yaml: valid"
else
    echo "cloudformation.yaml: not checked, since cfn-lint is not installed"
fi

if ! command -v terraform > /dev/null; then
    echo "terraform: not checked, since terraform is not installed"
    exit
fi
terraform fmt -check -recursive terraform
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp terraform/*.tf "$work"
if terraform -chdir="$work" init -backend=false -input=false > "$work/init.log" 2>&1; then
    terraform -chdir="$work" validate
else
    cat "$work/init.log"
    echo "terraform: formatted, but not validated, since its AWS provider cannot be had"
fi
