// Asks a passkey before its form is sent: what to ask stands in the form, and the answer goes into a hidden input.
// webauthn-json.js, of django-allauth, turns the browser's bytes into text and back.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.passkey) return;
  event.preventDefault();
  const errors = [...form.querySelectorAll("[data-passkey-error]")];
  for (const error of errors) error.hidden = true;
  try {
    const answer = await window.webauthnJSON[form.dataset.passkey](JSON.parse(form.dataset.options));
    form.elements.credential.value = JSON.stringify(answer);
    form.submit();
  } catch (reason) {
    const known = errors.find((error) => error.dataset.passkeyError === reason.name);
    (known || errors.find((error) => !error.dataset.passkeyError)).hidden = false;
  }
});
