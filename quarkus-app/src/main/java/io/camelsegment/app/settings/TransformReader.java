package io.camelsegment.app.settings;

import io.camelsegment.app.routes.Transform;

/** Reads how events are changed. */
final class TransformReader {

    private TransformReader() {}

    /**
     * Reads the setting of a source or destination.
     *
     * @param group {@code sources} or {@code destinations}
     */
    static Transform read(SegmentConfig config, Mistakes mistakes, String group, String name) {
        Transform transform =
                config.list(group, name, "transform").map(Transform::new).orElse(Transform.NONE);
        try {
            transform.check();
            return transform;
        } catch (IllegalArgumentException e) {
            mistakes.add(SettingName.of(group, name, "transform"), e.getMessage(), "see docs/changing-events.md");
            return Transform.NONE;
        }
    }
}
