// The service worker of an officer's phone: shows that there is something to see and opens the page that shows it. What
// comes is a number and a kind; it keeps nothing, fetches nothing and stands in the way of no request.

const worker = /** @type {any} */ (self);

worker.addEventListener("install", () => worker.skipWaiting());

worker.addEventListener("push", (/** @type {any} */ event) => {
  let said = { title: "Sightline", body: "Something new for you", url: "/units/mine/", tag: "sightline" };
  try {
    said = { ...said, ...event.data.json() };
  } catch {
    // without words it still says that there is something
  }
  event.waitUntil(worker.registration.showNotification(said.title, { body: said.body, tag: said.tag, data: { url: said.url }, requireInteraction: true }));
});

worker.addEventListener("notificationclick", (/** @type {any} */ event) => {
  event.notification.close();
  const address = new URL(event.notification.data?.url ?? "/", worker.location.origin);
  if (address.origin !== worker.location.origin) return;
  event.waitUntil(
    worker.clients.matchAll({ type: "window", includeUncontrolled: true }).then((/** @type {any[]} */ pages) => {
      const open = pages.find((page) => new URL(page.url).pathname === address.pathname);
      return open ? open.focus() : worker.clients.openWindow(address.href);
    }),
  );
});
