package io.camelsegment.localaws;

/** Decision of policies on one action and one resource. */
enum Decision {
    /** A statement allows it, none denies it. */
    ALLOWED("allowed"),
    /** A statement denies it, whatever others allow. */
    EXPLICIT_DENY("explicitDeny"),
    /** No statement matches. */
    IMPLICIT_DENY("implicitDeny");

    private final String text;

    Decision(String text) {
        this.text = text;
    }

    /** The text in {@code SimulatePrincipalPolicy}. */
    String text() {
        return text;
    }
}
