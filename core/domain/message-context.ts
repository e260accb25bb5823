import type { contentTypes, deviceTypes } from '../contract/message-content.ts';

export type ContentType = (typeof contentTypes)[number];
export type DeviceType = (typeof deviceTypes)[number];

/** How many messages were written on each type of device, where none was. */
export const noDevices: Readonly<Record<DeviceType, number>> = { web: 0, mobile: 0, desktop: 0 };

/** On what a message was written, as its sender told; null for what it did not tell. */
export interface Device {
  readonly type: DeviceType;
  readonly os: string;
  readonly osVersion: string | null;
  readonly appVersion: string | null;
  readonly model: string | null;
  readonly browser: string | null;
  readonly browserVersion: string | null;
}

/** What an app of an organization sends with a message's text. Attachments and metadata are the app's own JSON. */
export interface MessageContext {
  readonly type: ContentType;
  readonly attachments: readonly unknown[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly device: Device;
  /** By which the app says which it is. */
  readonly publicKey: string;
}

/** What is left of it once its message is deleted. */
export const withoutContent = (context: MessageContext): MessageContext => ({
  ...context,
  attachments: [],
  metadata: {},
});
