'use strict';
// Inloggningsnycklar (passkeys): frågar servern vad webbläsaren ska bevisa, och skickar svaret som ett vanligt formulär.
(() => {
  if (!globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) return;
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    const failed = form.querySelector('[data-passkey-failed]');
    let asking = false;
    form.hidden = false;
    form.addEventListener('submit', async (e) => {
      e.preventDefault();
      e.stopPropagation();
      if (asking) return;
      asking = failed.hidden = true;
      try {
        const token = form.elements.csrf_token.value;
        const asked = await fetch(form.dataset.passkey, {
          method: 'POST', credentials: 'same-origin', headers: { 'X-Requested-With': 'fetch', 'X-CSRFToken': token },
        });
        if (!asked.ok) throw new Error(asked.status);
        const options = await asked.json();
        const answer = options.user
          ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
          : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
        form.elements.passkey.value = JSON.stringify(answer.toJSON());
        form.submit();
      } catch {
        failed.hidden = false;
        asking = false;
      }
    });
  }
})();
