package io.camelsegment.app.doctor;

/** Takes Amazon Resource Names apart. */
final class Arns {

    private static final int FIELDS = 6;
    private static final int PARTITION = 1;
    private static final int ACCOUNT = 4;
    private static final int RESOURCE = 5;

    private Arns() {}

    static String partition(String arn) {
        return field(arn, PARTITION);
    }

    static String account(String arn) {
        return field(arn, ACCOUNT);
    }

    static String resource(String arn) {
        return field(arn, RESOURCE);
    }

    private static String field(String arn, int index) {
        String[] fields = arn.split(":", FIELDS);
        return fields.length == FIELDS ? fields[index] : "";
    }
}
