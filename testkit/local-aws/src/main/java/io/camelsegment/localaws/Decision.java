package io.camelsegment.localaws;

/** What policies say of one action on one resource. */
enum Decision {
    /** A statement allows it, none denies it. */
    ALLOWED("allowed"),
    /** A statement denies it, whatever others allow. */
    EXPLICIT_DENY("explicitDeny"),
    /** No statement is about it. */
    IMPLICIT_DENY("implicitDeny");

    private final String text;

    Decision(String text) {
        this.text = text;
    }

    /** As {@code SimulatePrincipalPolicy} writes it. */
    String text() {
        return text;
    }
}
