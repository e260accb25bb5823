// Stands in for `@smithy/core/event-streams`, which the SDK imports when an operation streams events; none of ours does.
throw new Error('event streams are not bundled');

export {};
