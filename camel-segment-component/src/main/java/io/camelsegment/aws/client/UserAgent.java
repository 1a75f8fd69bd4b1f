package io.camelsegment.aws.client;

/** How the client names itself to AWS. */
final class UserAgent {

    /** Without a version where the classes are not from the jar. */
    static final String NAME = name(UserAgent.class.getPackage().getImplementationVersion());

    private UserAgent() {}

    private static String name(String version) {
        return version == null ? "camel-segment" : "camel-segment/" + version;
    }
}
