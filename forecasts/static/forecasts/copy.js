/* A button below each piece of the page that shows how to embed. Without a script there is none, and the pieces are there all the same. */
const MOMENT_MS = 4000;
const template = document.getElementById("copy");

for (const piece of document.querySelectorAll("pre")) {
  const parts = template.content.cloneNode(true);
  const [button, status] = parts.querySelectorAll("button, [role=status]");
  const label = button.textContent;
  let timer;
  button.setAttribute("aria-describedby", piece.closest("section").querySelector("h2").id);
  button.addEventListener("click", async () => {
    const outcome = (await isCopied(piece)) ? button.dataset.copied : button.dataset.selected;
    clearTimeout(timer);
    button.textContent = status.textContent = outcome;
    timer = setTimeout(() => {
      button.textContent = label;
      status.textContent = "";
    }, MOMENT_MS);
  });
  piece.after(parts);
}

/** Browsers have a clipboard only on https and this machine, and may deny it; then the reader copies what is selected. */
async function isCopied(piece) {
  try {
    await navigator.clipboard.writeText(piece.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(piece);
    return false;
  }
}
