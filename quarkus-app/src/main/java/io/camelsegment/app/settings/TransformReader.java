package io.camelsegment.app.settings;

import io.camelsegment.app.routes.Transform;
import java.util.List;

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
        String setting = SettingName.of(group, name, "transform");
        List<Transform> steps = transform.steps().stream()
                .map(step -> new Transform(List.of(step)))
                .toList();
        boolean good = true;
        for (int i = 0; i < steps.size(); i++) {
            good &= isGood(steps.get(i), setting + (steps.size() == 1 ? "" : "[" + i + "]"), mistakes);
        }
        return good ? transform : Transform.NONE;
    }

    private static boolean isGood(Transform step, String setting, Mistakes mistakes) {
        try {
            step.check();
            return true;
        } catch (IllegalArgumentException e) {
            String message = e.getMessage();
            mistakes.add(setting, message.endsWith("?") ? message : message + ": see docs/changing-events.md");
            return false;
        }
    }
}
